"""The pictures of a what-if: orders over days, the funnel, the budget, the inbox by hour, where the money goes."""

from datetime import timedelta

import numpy as np
import pandas as pd

from lib.money import MICRO, minor_per_unit
from lib.ui import charts
from lib.ui import format as f
from lib.ui import whatif_words as say
from lib.ui.charts import (
    Drawn,
    add_band,
    add_bars,
    add_line,
    label_end,
    palette,
    room_for_labels,
    time_title,
    translucent,
)
from lib.ui.language import N_, _, isolate
from lib.whatif.case import Case
from lib.whatif.compare import COSTS, Answer, fan
from lib.whatif.curve import Curve
from lib.whatif.limits import load_by_hour
from lib.whatif.runs import run_of

STEPS = ("conversations", "replied", "orders", "delivered")
STEP_WORDS = {
    "conversations": N_("Chats"),
    "replied": N_("Answered"),
    "orders": N_("Orders"),
    "delivered": N_("Delivered"),
}
COST_WORDS = {
    "spend": N_("Ads"),
    "goods": N_("Goods"),
    "delivery_cost": N_("Delivery"),
    "message_fees": N_("Messages"),
    "wages": N_("People"),
    "profit": N_("Profit"),
}
HEIGHT = 260


def name_of(case: Case, index: int) -> str:
    return _("Baseline") if index == 0 else isolate(case.variants[index - 1].name)


def fan_chart(case: Case, index: int, count: int) -> Drawn:
    """Orders over days, the variant's band around its middle, the baseline's middle dashed."""
    colours = palette()
    colour = colours["orders"]
    mine = fan(run_of(case, case.levers(index)), "orders", count)
    days = [case.first_day + timedelta(days=d) for d in range(len(mine))]
    chart = charts.figure(height=HEIGHT, x_title=time_title(_("Day")))
    add_band(chart, days, mine[:, 0], mine[:, 4], colour, 0.14)
    add_band(chart, days, mine[:, 1], mine[:, 3], colour, 0.22)
    add_line(chart, days, mine[:, 2], colour, name_of(case, index))
    label_end(chart, days[-1], float(mine[-1, 2]), name_of(case, index), colour, place="above")
    base = None
    if index:
        base = fan(run_of(case, case.base), "orders", count)
        past = days if len(base) <= len(days) else [case.first_day + timedelta(days=d) for d in range(len(base))]
        add_line(chart, past[: len(base)], base[:, 2], colours["quiet"], _("Baseline"), dash="dash", width=1.5)
        place = "below" if base[-1, 2] <= mine[-1, 2] else "above"
        label_end(chart, past[len(base) - 1], float(base[-1, 2]), _("Baseline"), colours["quiet"], place=place)
    room_for_labels(chart)
    chart.update_xaxes(tickformat=charts.day_ticks(), nticks=4, tickangle=0)
    low, high = mine[-1, 0], mine[-1, 4]

    def table() -> pd.DataFrame:
        rows = {_("Day"): days} | {f"p{q}": mine[:, i] for i, q in enumerate((5, 25, 50, 75, 95))}
        return pd.DataFrame(rows)

    return Drawn(
        "whatif-fan",
        _("By the end {band} orders", band=isolate(f.count_band(low, high))),
        _("Orders so far · band: 9 of 10 runs, darker: half of them"),
        chart,
        _("Fan of orders over days"),
        table,
    )


def funnel_chart(case: Case, answers: tuple[Answer, ...], chosen: int) -> Drawn:
    colours = palette()
    chart = charts.figure(height=HEIGHT)
    words = [_(STEP_WORDS[step]) for step in STEPS]
    for told in answers:
        if told.index not in (0, chosen):
            continue
        rows = [told.values[step].mean for step in STEPS]
        pale = told.index == 0 and chosen != 0
        add_bars(chart, words, rows, colours["quiet"], name_of(case, told.index), width=0.38, alpha=0.45 if pale else 1)
        bar = chart.data[-1]
        bar.text = [f.count(row) for row in rows]
        bar.textposition = "outside"
        bar.cliponaxis = False
        bar.textfont = {"size": 13, "color": colours["quiet" if pale else "ink"]}
        if not pale:
            bar.marker.color = [colours[step] for step in STEPS]
    chart.update_layout(barmode="group", hovermode=False, showlegend=False, margin_t=28)
    chart.update_yaxes(visible=False)
    mine = next(told for told in answers if told.index == chosen)
    chats, orders = mine.values["conversations"].mean, mine.values["orders"].mean
    share = f.percent(orders / chats, 0) if chats else f.DASH
    measure = _("Mean numbers of the whole run")
    if chosen:
        measure = _("Mean numbers of the whole run · pale: the baseline")

    def table() -> pd.DataFrame:
        rows = {_("Step"): words}
        return pd.DataFrame(
            rows | {name_of(case, told.index): [told.values[s].mean for s in STEPS] for told in answers}
        )

    return Drawn(
        "whatif-funnel",
        _("{share} of the chats end in an order", share=isolate(share)),
        measure,
        chart,
        _("Funnel from chats to deliveries"),
        table,
    )


def curve_chart(case: Case, index: int, found: Curve) -> Drawn:
    """Mean profit over the budget with its 50 % band, the stop point and where the lever stands."""
    colours, unit = palette(), minor_per_unit(case.currency)
    x = [p.budget_minor / unit for p in found.points]
    chart = charts.figure(height=HEIGHT, x_title=_("Budget ({currency})", currency=case.currency), from_zero=False)
    chart.update_layout(margin_l=24)
    low, high = ([getattr(p.profit, q) / MICRO for p in found.points] for q in ("p25", "p75"))
    add_band(chart, x, low, high, colours["money"], 0.2)
    add_line(chart, x, [p.profit.mean / MICRO for p in found.points], colours["money"], _("Profit"))
    best = found.points[found.stop]
    chart.add_scatter(
        x=[best.budget_minor / unit], y=[best.profit.mean / MICRO], mode="markers", hoverinfo="skip",
        marker={"color": colours["ground"], "size": 12, "line": {"color": colours["money"], "width": 3}},
    )  # fmt: skip
    here = case.levers(index).budget_minor / unit
    if x[0] <= here <= x[-1]:
        chart.add_vline(x=here, line={"color": colours["ink"], "width": 1.5, "dash": "dot"})
        chart.add_annotation(
            x=here, y=1, yref="paper", text=_("now"), showarrow=False, xanchor="left", xshift=6, yanchor="top",
            font={"color": colours["ink"], "size": 13},
        )  # fmt: skip
    cost = f.money_micro(best.cost_per_order.p50, case.currency)

    def table() -> pd.DataFrame:
        return pd.DataFrame(
            {
                _("Budget ({currency})", currency=case.currency): x,
                _("Profit"): [p.profit.mean / MICRO for p in found.points],
                _("Orders"): [p.orders.mean for p in found.points],
                _("Cost of one order"): [p.cost_per_order.p50 / MICRO for p in found.points],
            }
        )

    return Drawn(
        "whatif-curve",
        say.curve_finding(found, case.currency),
        _("Mean profit ({currency}), band: half of the runs · there one order costs {cost} in ads",
          currency=case.currency, cost=isolate(cost)),
        chart,
        _("Profit over the budget"),
        table,
    )  # fmt: skip


def inbox_chart(case: Case, told: Answer) -> Drawn:
    """Chats that come against what the people on shift finish, by hour of the day."""
    colours = palette()
    come, can = load_by_hour(case, told.index, told.values["conversations"].mean)
    hours = list(range(24))
    chart = charts.figure(height=HEIGHT, x_title=time_title(_("Hour of the day")))
    shown = np.minimum(can, max(come.max() * 2, 0.01))
    add_bars(chart, hours, come, colours["conversations"], _("Chats that come"), width=0.7)
    beyond = can < come
    chart.data[-1].marker.color = [colours["lost"] if full else colours["conversations"] for full in beyond]
    chart.add_scatter(
        x=hours, y=shown, mode="lines", name=_("What the people can finish"), hoverinfo="skip",
        line={"color": colours["replied"], "width": 2.5, "shape": "hvh"},
    )  # fmt: skip
    chart.update_xaxes(tickvals=[0, 6, 12, 18, 23])
    chart.update_layout(hovermode="x unified")
    lost = int(beyond.sum())
    finding = _("The people on shift can answer at every hour")
    if lost:
        finding = _("{n} of 24 hours bring more chats than people can answer", n=f.count(lost))

    def table() -> pd.DataFrame:
        return pd.DataFrame({_("Hour of the day"): hours, _("Chats that come"): come, _("Can be finished"): can})

    return Drawn(
        "whatif-inbox",
        finding,
        _("Chats an hour on a mean day · line: what the people can finish"),
        chart,
        _("Chats and people by hour"),
        table,
    )


def money_chart(case: Case, answers: tuple[Answer, ...], chosen: int) -> Drawn:
    """Where the money goes: each cost and what is left, baseline under the variant."""
    colours = palette()
    words = [_(COST_WORDS[cost]) for cost in COSTS]
    chart = charts.figure(height=HEIGHT, from_zero=False)
    for told in answers:
        if told.index not in (0, chosen):
            continue
        rows = [told.shares[cost] / MICRO for cost in COSTS]
        pale = told.index == 0 and chosen != 0
        steps = [colours["lost"]] * 5 + [colours["money"]]
        chart.add_bar(
            x=rows[::-1], y=words[::-1], orientation="h", name=name_of(case, told.index), width=0.38,
            marker={"color": translucent(colours["quiet"], 0.45) if pale else steps[::-1], "cornerradius": 3},
            text=[f.compact(row) for row in rows[::-1]], textposition="outside", cliponaxis=False,
            constraintext="none", textfont={"size": 12, "color": colours["quiet" if pale else "ink"]},
        )  # fmt: skip
    chart.update_layout(barmode="group", hovermode=False, margin_r=48)
    chart.update_xaxes(visible=False)
    chart.update_yaxes(showgrid=False, dtick=1, nticks=0)
    chart.add_vline(x=0, line={"color": colours["line"], "width": 1})
    mine = next(told for told in answers if told.index == chosen)
    biggest = max(COSTS[:-1], key=lambda cost: mine.shares[cost])

    def table() -> pd.DataFrame:
        rows = {_("What"): words}
        return pd.DataFrame(
            rows | {name_of(case, told.index): [told.shares[c] / MICRO for c in COSTS] for told in answers}
        )

    return Drawn(
        "whatif-money",
        _("Most of the money goes here: {cost}", cost=_(COST_WORDS[biggest])),
        _("Mean of the whole run ({currency}): five costs and what is left", currency=case.currency),
        chart,
        _("Where the money goes"),
        table,
    )
