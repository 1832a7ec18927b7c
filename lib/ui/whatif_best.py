"""The best plan under the visitor's limits, and what reaching a number of orders takes."""

import streamlit as st

from lib.money import minor_per_unit
from lib.ui import format as f
from lib.ui import html, words
from lib.ui import whatif_words as say
from lib.ui.language import N_, _, isolate
from lib.ui.whatif_lab import Lab
from lib.ui.whatif_levers import LEVERS
from lib.whatif.case import MOST_VARIANTS, Case, Levers, Variant
from lib.whatif.optimise import Best, Limits, best_plan

GOALS = {"profit": N_("Most profit"), "orders": N_("Most orders"), "cost_per_order": N_("Cheapest orders")}
TOLD = ("budget_minor", "agents_change", "late_hours", "bot_share")


def draw(lab: Lab) -> None:
    goal, limits = _ask(lab)
    asked = (lab.case, goal, limits)
    if st.button(_("Find the best plan"), type="primary", key="whatif-find", icon=":material/search:"):
        with st.spinner(_("Trying plans …")):
            lab.found = (asked, best_plan(lab.case, goal, limits))
    if lab.found is None:
        return
    (case, goal, limits), best = lab.found
    _tell(lab, case, limits, best)


def _ask(lab: Lab) -> tuple[str, Limits]:
    case, unit = lab.case, minor_per_unit(lab.case.currency)
    left, right = st.columns(2, gap="medium")
    with left:
        goal = st.segmented_control(
            _("What it is best for"),
            list(GOALS),
            default="profit",
            key="whatif-goal",
            format_func=lambda code: _(GOALS[code]),
            required=True,
        )
        most = st.number_input(
            _("Budget at most ({currency})", currency=case.currency),
            min_value=1,
            max_value=10_000_000,
            value=max(1, round(4 * case.base.budget_minor / unit)),
            key=f"whatif-most-{case.retailer_id}",
        )
        orders = st.number_input(
            _("Orders at least (0: no matter)"), min_value=0, max_value=1_000_000, value=0, key="whatif-orders"
        )
    with right:
        people = st.number_input(_("People more, at most"), min_value=0, max_value=20, value=3, key="whatif-people")
        bot = st.number_input(
            _("Chats for the bot at most, in percent"), min_value=0, max_value=100, value=50, step=10, key="whatif-bot"
        )
        wait = st.number_input(
            _("First answer within minutes (0: no matter)"), min_value=0, max_value=600, value=0, key="whatif-wait"
        )
    return goal, Limits(
        budget_minor=round(most * unit),
        agents_more=people,
        bot_share=bot / 100,
        reply_minutes=float(wait) or None,
        orders=float(orders) or None,
    )


def _tell(lab: Lab, case: Case, limits: Limits, best: Best) -> None:
    currency = case.currency
    gain = say.signed_money(best.gain.p50, currency)
    sentence = _("The best plan found brings about {money} profit against the baseline.", money=gain)
    if not best.reached:
        sentence = _("No plan within these limits does it. The nearest one:")
    elif limits.orders is not None:
        sentence = _("{n} orders take this:", n=f.count(limits.orders))
    rows = [{"name": _(LEVERS[name].label), "shown": LEVERS[name].shown(lab, getattr(best.levers, name)),
             "note": _("baseline: {value}", value=LEVERS[name].shown(lab, getattr(case.base, name)))}
            for name in TOLD]  # fmt: skip
    rows.append({"name": _("Where it is shown"), "shown": _places(best.levers), "note": ""})
    html.draw(
        "whatif_best.html",
        sentence=sentence,
        sure=say.sure_money(best.gain, currency),
        rows=rows,
        orders=f.count(best.score.orders),
        lines=_lines(case, best),
        origin=words.say(words.ORIGIN, "forecast"),
    )
    st.button(
        _("Take it over"),
        key="whatif-take",
        icon=":material/check:",
        disabled=len(lab.case.variants) >= MOST_VARIANTS and lab.chosen == 0,
        on_click=_take_over,
        args=(lab, best.levers),
    )


def _places(levers: Levers) -> str:
    return " · ".join(words.say(words.PLACEMENTS, name) for name in levers.placements)


def _lines(case: Case, best: Best) -> list[str]:
    currency = case.currency
    apart = say.signed_money(best.over_apart, currency)
    lines = [_("Choosing the ads first and the people after would bring less by: {money}", money=apart)]
    if best.over_apart < 1_000_000:
        lines = [_("Choosing the ads first and the people after leads to the same plan here.")]
    hour = say.signed_money(best.an_hour_more, currency)
    unit = say.signed_money(best.a_unit_more * 1e6, currency)
    lines.append(
        _("From there, one more hour of a person adds {hour} of profit, one more {currency} of budget adds {unit}.",
          hour=hour, currency=isolate(currency), unit=unit)
    )  # fmt: skip
    return lines


def _take_over(lab: Lab, levers: Levers) -> None:
    """As another variant where there is room, else in place of the one in hand."""
    variants = list(lab.case.variants)
    if len(variants) < MOST_VARIANTS:
        variants.append(Variant(name=_("Best plan")[:40], levers=levers))
        chosen = len(variants)
    else:
        chosen = max(lab.chosen, 1)
        variants[chosen - 1] = Variant(name=_("Best plan")[:40], levers=levers)
    lab.take(lab.case.model_copy(update={"variants": tuple(variants)}), chosen)
