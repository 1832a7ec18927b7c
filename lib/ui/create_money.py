"""The form's part about money and days, and the settings few people touch."""

from datetime import date
from functools import lru_cache, partial

import streamlit as st

from lib.ads.budgets import minimum_daily_minor
from lib.ads.checks import GOALS, Check
from lib.ads.regions import needs_dsa
from lib.money import BadAmount, minor_per_unit, parse_amount, to_decimal
from lib.store.assumptions import load_assumptions
from lib.ui import check_words, words
from lib.ui import format as f
from lib.ui.components.live_lever import live_lever
from lib.ui.components.live_text import live_text
from lib.ui.create_draft import Work
from lib.ui.language import _

Checks = tuple[Check, ...]
AMOUNT_LENGTH = 14
_STEPS = (10, 15, 20, 30, 40, 50, 75)  # tenths of a power of ten
_STOPS = 22


def draw(work: Work, checks: Checks) -> None:
    st.subheader(_("Money and days"), anchor=False)
    _budget(work, checks)
    _days(work, checks)
    _more(work, checks)


@lru_cache(maxsize=64)
def round_amounts(minimum_minor: int, unit: int) -> tuple[int, ...]:
    """Amounts that people name, from the smallest allowed upwards, in minor units."""
    amounts, power = [], 1
    while len(amounts) < _STOPS:
        amounts += [step * power * unit // 10 for step in _STEPS if step * power * unit // 10 >= minimum_minor]
        power *= 10
    return tuple(sorted({a for a in amounts if a % unit == 0}))[:_STOPS]


def stops(work: Work) -> tuple[int, ...]:
    """Where the lever can stop: round amounts, and the amount somebody wrote by hand."""
    days = 1 if work.draft.budget.kind == "daily" else max(work.draft.schedule.days, 1)
    currency = work.draft.currency
    least = minimum_daily_minor(currency, load_assumptions()) * days
    round_ones = round_amounts(least, minor_per_unit(currency))
    return tuple(sorted({*round_ones, work.typed_minor})) if work.typed_minor > 0 else round_ones


def _budget(work: Work, checks: Checks) -> None:
    budget, currency = work.draft.budget, work.draft.currency
    kind = work.key("budget.kind")
    st.segmented_control(
        _("Budget"),
        ["daily", "lifetime"],
        key=kind,
        default=budget.kind,
        format_func=lambda code: {"daily": _("Each day"), "lifetime": _("For the whole run")}[code],
        required=True,
        on_change=lambda: _change_kind(work, st.session_state[kind]),
    )
    amounts = stops(work)
    lever, exact = st.columns([3, 1.4], gap="medium", vertical_alignment="top")
    with lever:
        live_lever(
            _("Each day") if budget.kind == "daily" else _("For the whole run"),
            [f.money(a, currency) for a in amounts],
            min(range(len(amounts)), key=lambda i: abs(amounts[i] - budget.amount_minor)),
            key=f"create-{work.draft.id}-lever",
            version=hash((amounts, work.versions["budget.lever"])),
            on_change=lambda i: _set_amount(work, amounts[i]),
        )
    with exact:
        live_text(
            _("Exact amount"),
            work.amount_text if work.amount_text is not None else f"{to_decimal(budget.amount_minor, currency)}",
            key=f"create-{work.draft.id}-amount",
            note=currency,
            troubles=_amount_troubles(work),
            version=work.versions["budget.amount_minor"],
            plain=True,
            max_length=AMOUNT_LENGTH,
            on_change=partial(_type_amount, work),
        )
    check_words.draw(checks, "budget.amount_minor", "budget.kind")


def _set_amount(work: Work, minor: int) -> None:
    work.amount_text = None
    work.rewrite("budget.amount_minor", minor)


def _type_amount(work: Work, text: str) -> None:
    try:
        minor = parse_amount(text.replace(",", ""), work.draft.currency)
    except BadAmount:
        work.amount_text = text
        return
    work.amount_text, work.typed_minor = None, minor
    work.set("budget.amount_minor", minor)
    work.versions["budget.lever"] += 1


def _amount_troubles(work: Work) -> list[tuple[str, str]]:
    if work.amount_text is None:
        return []
    return [("error", _("Write an amount such as 150 or 149.50. Until then the ad keeps the last one."))]


def _change_kind(work: Work, kind: str) -> None:
    budget, days = work.draft.budget, max(work.draft.schedule.days, 1)
    if kind not in ("daily", "lifetime") or kind == budget.kind:
        return
    amount = budget.amount_minor * days if kind == "lifetime" else -(-budget.amount_minor // days)
    work.set("budget", budget.model_copy(update={"kind": kind, "amount_minor": amount}))
    work.typed_minor, work.amount_text = amount, None
    work.versions.update(("budget.amount_minor", "budget.lever"))


def _days(work: Work, checks: Checks) -> None:
    schedule = work.draft.schedule
    columns = st.columns(2, gap="medium")
    for column, name, label, day in (
        (columns[0], "first_day", _("First day"), schedule.first_day),
        (columns[1], "last_day", _("Last day"), schedule.last_day),
    ):
        key = work.key(f"schedule.{name}")
        with column:
            st.date_input(
                label,
                value=day,
                min_value=date(2020, 1, 1),
                max_value=date(2100, 1, 1),
                key=key,
                format="YYYY-MM-DD",
                on_change=_change_day,
                args=(work, name, key),
            )
            check_words.draw(checks, f"schedule.{name}")


def _change_day(work: Work, name: str, key: str) -> None:
    """A first day beyond the last takes the last along, so that the run keeps its length."""
    day, before = st.session_state[key], work.draft.schedule
    if not isinstance(day, date):
        return
    if name == "first_day" and day > before.last_day:
        work.rewrite("schedule.last_day", day + (before.last_day - before.first_day))
    work.set(f"schedule.{name}", day)


def _more(work: Work, checks: Checks) -> None:
    named = needs_dsa(work.draft.audience.countries)
    more = st.expander(_("More settings"), key=f"create-{work.draft.id}-more", on_change="rerun")
    if more.open:
        with more:
            _option(work, "objective", _("Objective"), tuple(GOALS), words.OBJECTIVES)
            _option(
                work,
                "optimization_goal",
                _("What the platform should aim for"),
                GOALS.get(work.draft.objective, ()),
                words.GOALS,
            )
            check_words.draw(checks, "objective", "optimization_goal", "billing_event")
            _bid(work, checks)
            _advantage(work, checks)
    if named:
        _dsa(work, checks)


def _advantage(work: Work, checks: Checks) -> None:
    key = work.key("audience.advantage")
    st.toggle(
        _("The platform may also show it to people beyond these countries' ages and genders"),
        value=work.draft.audience.advantage,
        key=key,
        on_change=lambda: work.set("audience.advantage", bool(st.session_state[key])),
    )


def _option(work: Work, path: str, label: str, options: tuple[str, ...], names: dict[str, str]) -> None:
    mine = getattr(work.draft, path)
    key = work.key(path)

    def changed() -> None:
        work.set(path, st.session_state[key])
        if path == "objective" and work.draft.optimization_goal not in GOALS[work.draft.objective]:
            work.rewrite("optimization_goal", GOALS[work.draft.objective][0])

    st.selectbox(
        label,
        options,
        index=options.index(mine) if mine in options else None,
        key=key,
        format_func=lambda code: words.say(names, code),
        on_change=changed,
    )


def _bid(work: Work, checks: Checks) -> None:
    bid, currency = work.draft.bid, work.draft.currency
    kind = work.key("bid.kind")

    def changed() -> None:
        amount = 0 if st.session_state[kind] == "none" else work.draft.bid.amount_minor
        work.set("bid", bid.model_copy(update={"kind": st.session_state[kind], "amount_minor": amount}))

    st.selectbox(
        _("Limit on the cost of a chat"),
        list(words.BIDS),
        index=list(words.BIDS).index(bid.kind),
        key=kind,
        format_func=lambda code: words.say(words.BIDS, code),
        on_change=changed,
    )
    if bid.kind != "none":
        live_text(
            _("Limit"),
            f"{to_decimal(bid.amount_minor, currency)}",
            key=f"create-{work.draft.id}-bid",
            note=currency,
            troubles=check_words.troubles(checks, "bid.amount_minor"),
            version=work.versions["bid.amount_minor"],
            plain=True,
            max_length=AMOUNT_LENGTH,
            on_change=partial(_type_bid, work),
        )


def _type_bid(work: Work, text: str) -> None:
    try:
        minor = parse_amount(text.replace(",", ""), work.draft.currency)
    except BadAmount:
        minor = 0
    work.set("bid.amount_minor", minor)


def _dsa(work: Work, checks: Checks) -> None:
    for path, label in (("dsa_beneficiary", _("Who the ad is for")), ("dsa_payor", _("Who pays for the ad"))):
        live_text(
            label,
            getattr(work.draft, path),
            key=f"create-{work.draft.id}-{path}",
            troubles=check_words.troubles(checks, path),
            version=work.versions[path],
            on_change=partial(work.set, path),
        )
