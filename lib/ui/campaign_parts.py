"""A campaign taken apart: by day, by placement, and its two ads against each other."""

import pandas as pd

from lib.launch.launches import Launch
from lib.metrics import frames
from lib.money import MICRO, minor_per_unit
from lib.store import open_database
from lib.ui import charts, words
from lib.ui import format as f
from lib.ui.campaign_state import Situation
from lib.ui.charts import Drawn, add_bars, add_line, palette, show, time_title
from lib.ui.language import N_, _, isolate, ngettext

COLUMNS = {
    "impressions": N_("Shown"),
    "reach": N_("People who saw it"),
    "clicks": N_("Clicked"),
    "conversations": N_("Opened a chat"),
    "replied": N_("Got an answer"),
    "orders": N_("Ordered"),
    "delivered": N_("Delivered"),
}
MONEY_COLUMNS = {"spend_minor": N_("Spent ({currency})"), "revenue_minor": N_("Sales ({currency})")}


def draw_days(situation: Situation) -> None:
    with open_database() as db:
        frame = frames.by_day(db, situation.launch)
    colours = palette()
    chart = charts.figure(x_title=time_title(_("Day")))
    run = frame[: situation.plan.days]
    days = list(run["day"])
    add_bars(chart, days, list(run["conversations"]), colours["conversations"], _("Opened a chat"), width=0.8 * _DAY_MS)
    add_line(chart, days, list(run["orders"]), colours["orders"], _("Ordered"))
    chart.update_layout(showlegend=True, legend=charts.legend())
    chart.update_xaxes(type="date", tickformat=charts.day_ticks(), nticks=8, tickangle=0)
    show(
        Drawn(
            key=f"days-{situation.launch.id}",
            finding=_best_day(frame),
            measure=_("Chats opened and orders, by day of the shop's calendar"),
            chart=chart,
            alt=_("Bars of the chats of each day with a line of the orders"),
            table=lambda: _table(frame, situation.launch, _("Day"), [f.day(day) for day in frame["day"]]),
        )
    )


_DAY_MS = 24 * 3600 * 1000


def _best_day(frame: pd.DataFrame) -> str:
    if frame.empty or not frame["conversations"].any():
        return _("No chat yet")
    best = frame.loc[frame["conversations"].idxmax()]
    n = ngettext("{n} chat", "{n} chats", int(best["conversations"]))
    return _("The best day so far: {day} with {chats}", day=isolate(f.long_day(best["day"])), chats=n)


def draw_placements(situation: Situation) -> None:
    with open_database() as db:
        frame = frames.by_placement(db, situation.launch)
    names = [words.say(words.PLACEMENTS, code) for code in frame["placement"]]
    _compare(situation, "placements", frame, names, _("Placement"))


def draw_ads(situation: Situation) -> None:
    with open_database() as db:
        frame = frames.by_ad(db, situation.launch)
    headlines = {creative.name: creative.headline for creative in situation.plan.creatives}
    names = [f"{name}: {headlines[name]}" if headlines.get(name) else str(name) for name in frame["ad"]]
    _compare(situation, "ads", frame, names, _("Ad"))


def _compare(situation: Situation, kind: str, frame: pd.DataFrame, names: list[str], heading: str) -> None:
    """Cost of a chat side by side: what an owner would move money by."""
    costs = [_cost(row.spend_minor, row.conversations, situation.launch) for row in frame.itertuples()]
    told = [_told(cost, int(n), situation.plan.currency) for cost, n in zip(costs, frame["conversations"], strict=True)]
    colours = palette()
    chart = charts.figure(
        height=max(160, 56 * len(names) + 60), x_title=_("Cost of one chat, {c}", c=situation.plan.currency)
    )
    labels = [charts.html_plain(_short(name)) for name in names]
    chart.add_bar(
        x=[cost or 0 for cost in costs], y=labels, orientation="h", width=0.6,
        marker={"color": colours["money"], "cornerradius": 3},
        text=told,
        textposition="auto", hoverinfo="skip",
    )  # fmt: skip
    chart.update_layout(hovermode=False)
    chart.update_yaxes(autorange="reversed", showgrid=False, tickmode="linear", nticks=None)
    chart.update_xaxes(rangemode="tozero", nticks=5)
    show(
        Drawn(
            key=f"{kind}-{situation.launch.id}",
            finding=_cheapest(names, costs),
            measure=_("Money spent for each chat opened, {currency}", currency=situation.plan.currency),
            chart=chart,
            alt=_("Bars of the cost of one chat, one below the other"),
            table=lambda: _table(frame, situation.launch, heading, names),
        )
    )


def _cost(spend_minor: int, chats: int, launch: Launch) -> float | None:
    return spend_minor / chats / minor_per_unit(launch.currency) if chats else None


def _told(cost: float | None, chats: int, currency: str) -> str:
    n = ngettext("{n} chat", "{n} chats", chats)
    return n if cost is None else f"{f.money_micro(cost * MICRO, currency)} · {n}"


def _short(name: str, most: int = 28) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _cheapest(names: list[str], costs: list[float | None]) -> str:
    known = [(cost, name) for cost, name in zip(costs, names, strict=True) if cost is not None]
    if not known:
        return _("No chat yet")
    if len(known) == 1:
        return _("All chats come from {name}", name=isolate(known[0][1]))
    (low, best), (high, _worst) = min(known), max(known)
    times = f.decimal(high / low) if low else ""
    if not times or high / low < 1.15:
        return _("One chat costs about the same everywhere")
    return _("Chats are cheapest on {name}: the dearest cost {times} times as much", name=isolate(best), times=times)


def _table(frame: pd.DataFrame, launch: Launch, heading: str, names: list[str]) -> pd.DataFrame:
    unit = minor_per_unit(launch.currency)
    table = {heading: names}
    table |= {_(title): list(frame[name]) for name, title in COLUMNS.items() if name in frame}
    table |= {
        _(title, currency=launch.currency): [int(minor) / unit for minor in frame[name]]
        for name, title in MONEY_COLUMNS.items()
    }
    return pd.DataFrame(table)
