"""How the chats go, in numbers and as a week: when people write against when somebody is there to answer."""

import pandas as pd
import streamlit as st
from babel import dates

from lib.catalog.shops import Shop
from lib.metrics.replies import TARGET_S, Replies, Week, replies, week
from lib.store import open_database
from lib.ui import charts, html, words
from lib.ui import format as f
from lib.ui.language import _, current


def draw_numbers(shop: Shop) -> None:
    """Nothing before anybody has written."""
    agents = shop.settings.agents_by_hour()
    with open_database() as db:
        found, hours = replies(db, shop.id), week(db, shop.id, shop.timezone, agents)
    if not found.chats:
        return
    with st.expander(_("How the chats go"), key="chats-numbers"):
        html.draw("chats_figures.html", figures=_figures(found, shop), origins=_origins(found))
        charts.show(_heat_map(hours))


def _figures(found: Replies, shop: Shop) -> list[tuple[str, str]]:
    per_chat = found.messages / found.chats

    def wait(seconds: float | None) -> str:
        return f.minutes(None if seconds is None else seconds / 60)

    return [
        (_("Answered"), f.percent(found.answered_share)),
        (_("First reply, half of them within"), wait(found.median_s)),
        (_("First reply, nine of ten within"), wait(found.p90_s)),
        (_("Answered within {time}", time=wait(TARGET_S)), f.percent(found.target_share)),
        (_("Lost while waiting"), f.count(found.lost)),
        (_("Messages in a chat"), f.decimal(per_chat)),
        (_("Chats that ended in an order"), f.percent(found.order_share)),
        (_("Ordered for each chat"), f.money(found.minor_per_chat, shop.currency)),
    ]


def _origins(found: Replies) -> list[tuple[str, str]]:
    return [(origin, words.say(words.ORIGIN, origin)) for origin in found.origins]


def _heat_map(hours: Week) -> charts.Drawn:
    alone, everybody = hours.unstaffed
    names = [dates.get_day_names("abbreviated", locale=current())[day] for day in range(7)]
    grid = [list(hours.arrivals[24 * day : 24 * day + 24]) for day in range(7)]
    chart = charts.figure(height=300, x_title=charts.time_title(_("hour of the day")), from_zero=False)
    colours = charts.palette()
    scale = [[0.0, charts.translucent(colours["conversations"], 0.0)], [1.0, colours["conversations"]]]
    chart.add_heatmap(z=grid, x=list(range(24)), y=names, colorscale=scale, showscale=False, xgap=2, ygap=2,
                      hovertemplate="%{y} %{x}: %{z}<extra></extra>")  # fmt: skip
    closed = [(n % 24, names[n // 24]) for n, people in enumerate(hours.agents) if people == 0]
    cross = {"symbol": "x-thin", "size": 7, "line": {"width": 1.2, "color": colours["quiet"]}}
    at, day = [x for x, _day in closed], [name for _x, name in closed]
    chart.add_scatter(x=at, y=day, mode="markers", hoverinfo="skip", marker=cross)
    chart.update_yaxes(autorange="reversed", showgrid=False, nticks=7)
    chart.update_xaxes(range=[-0.6, 23.6])
    finding = _("{share} of those who write do so while nobody is there", share=f.percent(alone / everybody, 0))
    return charts.Drawn(
        key="chats-week",
        finding=finding,
        measure=_("Chats by hour of the week; crosses are hours without staff"),
        chart=chart,
        alt=_("Chats by hour of the week"),
        table=lambda: pd.DataFrame(
            {_("day"): [names[n // 24] for n in range(168)], _("hour"): [n % 24 for n in range(168)],
             _("chats"): hours.arrivals, _("lost"): hours.lost, _("people on shift"): hours.agents}
        ),
    )  # fmt: skip
