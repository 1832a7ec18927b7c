"""The levers in plain words: the common ten first, all others grouped behind them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from babel import dates

from lib.ads.budgets import minimum_daily_minor
from lib.market.assumptions import PLACEMENTS
from lib.money import minor_per_unit
from lib.store.assumptions import load_assumptions
from lib.ui import format as f
from lib.ui import language, words
from lib.ui.components.live_lever import live_lever
from lib.ui.create_money import round_amounts
from lib.ui.language import N_, _, ngettext
from lib.ui.whatif_lab import Lab

GROUPS = {
    "money": N_("Money"),
    "people": N_("People who see it"),
    "ad": N_("The ad"),
    "inbox": N_("The inbox"),
    "shop": N_("The shop"),
    "world": N_("The world"),
}
DAYS = (1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 45, 60, 90)
FACTORS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5, 1.75, 2.0)
OBJECTIVES = ("engagement", "leads", "sales", "traffic")


@dataclass(frozen=True)
class Lever:
    """`stops` gives the values it can stand at, `shown` writes one for the reader."""

    name: str
    label: str
    group: str
    stops: Callable[[Lab], Sequence[Any]]
    shown: Callable[[Lab, Any], str]
    note: str = ""


def _money(lab: Lab, minor: int) -> str:
    return f.money(minor, lab.case.currency)


def _factor(_lab: Lab, value: float) -> str:
    return _("as assumed") if value == 1.0 else f.percent(value, 0)


def _people(_lab: Lab, change: int) -> str:
    if change == 0:
        return _("as now")
    if change > 0:
        return ngettext("{n} more", "{n} more", change)
    return ngettext("{n} fewer", "{n} fewer", -change)


def _hours(_lab: Lab, hours: int) -> str:
    return _("as now") if hours == 0 else ngettext("{n} hour more", "{n} hours more", hours)


def _days(_lab: Lab, n: int) -> str:
    return ngettext("{n} day", "{n} days", n)


def _count(_lab: Lab, n: int) -> str:
    return f.count(n)


def _percent(_lab: Lab, share: float) -> str:
    return f.percent(share, 0)


def _budgets(lab: Lab) -> tuple[int, ...]:
    case = lab.case
    times = lab.levers.days if lab.levers.budget_kind == "lifetime" else 1
    least = minimum_daily_minor(case.currency, load_assumptions()) * times
    return round_amounts(least, minor_per_unit(case.currency))


def _prices(lab: Lab) -> tuple[int, ...]:
    base = lab.case.base
    step = minor_per_unit(lab.case.currency)
    found = (round(base.price_minor * percent / 100 / step) * step for percent in range(60, 165, 5))
    return tuple(sorted({p for p in found if p >= lab.levers.cost_minor and p > 0} | {base.price_minor}))


def _costs(lab: Lab) -> tuple[int, ...]:
    price = lab.levers.price_minor
    return tuple(sorted({round(price * percent / 100) for percent in range(0, 101, 5)}))


def _fees(lab: Lab) -> tuple[int, ...]:
    base = lab.case.base.delivery_fee_minor or lab.case.base.price_minor // 10
    return tuple(sorted({round(base * percent / 100) for percent in range(0, 210, 10)}))


def _tenths(_lab: Lab) -> tuple[float, ...]:
    return tuple(n / 10 for n in range(11))


LEVERS = {
    lever.name: lever
    for lever in (
        Lever("budget_minor", N_("Budget"), "money", _budgets, _money),
        Lever("days", N_("How long it runs"), "money", lambda lab: DAYS, _days),
        Lever("appeal", N_("How well the ad pulls"), "ad", lambda lab: FACTORS, _factor),
        Lever("agents_change", N_("People answering"), "inbox", lambda lab: range(-3, 9), _people),
        Lever("late_hours", N_("Answering later in the evening"), "inbox", lambda lab: range(9), _hours),
        Lever("early_hours", N_("Answering earlier in the morning"), "inbox", lambda lab: range(9), _hours),
        Lever("bot_share", N_("Chats a bot answers first"), "inbox", _tenths, _percent),
        Lever("chats_each", N_("Chats one person holds at once"), "inbox", lambda lab: range(1, 13), _count),
        Lever("handling", N_("Time one chat takes"), "inbox", lambda lab: FACTORS, _factor),
        Lever("patience", N_("How long people wait"), "people", lambda lab: FACTORS, _factor),
        Lever("price_minor", N_("Price"), "shop", _prices, _money,
              N_("How many fewer buy at a higher price is not known here: move “People who buy” with it.")),
        Lever("buyers", N_("People who buy"), "shop", lambda lab: FACTORS, _factor),
        Lever("cost_minor", N_("What one piece costs you"), "shop", _costs, _money),
        Lever("delivery_fee_minor", N_("Delivery of one order"), "shop", _fees, _money),
        Lever("cod_share", N_("Paid in cash at the door"), "shop", _tenths, _percent),
        Lever("ad_price", N_("Price of advertising"), "world", lambda lab: FACTORS, _factor,
              N_("Other advertisers, holidays and seasons move it.")),
    )
}  # fmt: skip
COMMON_FIRST = ("budget_minor", "days", "agents_change", "late_hours", "bot_share", "price_minor")
COMMON_LAST = ("appeal", "ad_price")


def draw(lab: Lab) -> None:
    """The common ten, then everything else by group."""
    for name in COMMON_FIRST:
        _draw_lever(lab, LEVERS[name])
    _placements(lab)
    _ages(lab)
    for name in COMMON_LAST:
        _draw_lever(lab, LEVERS[name])
    more = st.expander(_("All other levers"), key="whatif-more", on_change="rerun")
    if more.open:
        with more:
            _draw_others(lab)


def _draw_others(lab: Lab) -> None:
    drawn = {*COMMON_FIRST, *COMMON_LAST}
    for group, title in GROUPS.items():
        mine = [lever for lever in LEVERS.values() if lever.group == group and lever.name not in drawn]
        choices = {"people": _genders, "ad": _objective, "world": _season}
        if not mine and group not in choices:
            continue
        st.markdown(f"**{_(title)}**")
        for lever in mine:
            _draw_lever(lab, lever)
        if group in choices:
            choices[group](lab)


def _draw_lever(lab: Lab, lever: Lever) -> None:
    mine = getattr(lab.levers, lever.name)
    base = getattr(lab.case.base, lever.name)
    stops = tuple(sorted({*lever.stops(lab), mine, base}))
    live_lever(
        _("Budget for a day") if lever.name == "budget_minor" and lab.levers.budget_kind == "daily" else _(lever.label),
        [lever.shown(lab, value) for value in stops],
        stops.index(mine),
        key=f"whatif-{lever.name}",
        note=_("baseline: {value}", value=lever.shown(lab, base)) if mine != base else "",
        version=hash((lab.turn, lab.chosen, stops)),
        on_change=lambda i: lab.move(**{lever.name: stops[i]}),
    )
    if lever.note and mine != base:
        st.caption(_(lever.note))


def _key(lab: Lab, name: str) -> str:
    """A widget's key: where the program set the value, a new widget begins with it."""
    return f"whatif-{name}-{lab.turn}-{lab.chosen}"


def _placements(lab: Lab) -> None:
    key = _key(lab, "placements")
    st.pills(
        _("Where it is shown"),
        list(PLACEMENTS),
        selection_mode="multi",
        default=list(lab.levers.placements),
        key=key,
        format_func=lambda code: words.say(words.PLACEMENTS, code),
        on_change=lambda: lab.move(placements=tuple(st.session_state[key])),
    )


def _ages(lab: Lab) -> None:
    key = _key(lab, "ages")

    def moved() -> None:
        low, high = st.session_state[key]
        lab.move(age_min=low, age_max=high)

    st.select_slider(
        _("Ages"),
        list(range(18, 66)),
        value=(lab.levers.age_min, lab.levers.age_max),
        key=key,
        format_func=lambda age: f"{f.count(age)}+" if age == 65 else f.count(age),
        on_change=moved,
    )


def _genders(lab: Lab) -> None:
    key = _key(lab, "genders")
    st.pills(
        _("Who sees it"),
        ["female", "male"],
        selection_mode="multi",
        default=list(lab.levers.genders),
        key=key,
        format_func=lambda code: {"female": _("Women"), "male": _("Men")}[code],
        on_change=lambda: lab.move(genders=tuple(st.session_state[key])),
    )


def _objective(lab: Lab) -> None:
    key = _key(lab, "objective")
    st.selectbox(
        _("Objective"),
        OBJECTIVES,
        index=OBJECTIVES.index(lab.levers.objective),
        key=key,
        format_func=lambda code: words.say(words.OBJECTIVES, f"OUTCOME_{code.upper()}"),
        on_change=lambda: lab.move(objective=st.session_state[key]),
    )


def _season(lab: Lab) -> None:
    key = _key(lab, "month")
    names = dates.get_month_names("wide", locale=language.current())
    st.selectbox(
        _("Season"),
        list(range(13)),
        index=lab.levers.month,
        key=key,
        format_func=lambda month: names[month] if month else _("as in the calendar"),
        on_change=lambda: lab.move(month=st.session_state[key]),
    )
