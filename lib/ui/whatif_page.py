"""The what-if page: levers on one side, the answer above, pictures under it, all in one piece that follows the hand."""

import streamlit as st

from lib.catalog.shops import Shop
from lib.market.assumptions import BadAssumption, UnknownAssumption
from lib.market.scenario import BadScenario
from lib.ui import charts, shell, whatif_answer, whatif_charts, whatif_levers, whatif_more, whatif_sets
from lib.ui import whatif_words as say
from lib.ui.components.rest import rest
from lib.ui.language import _
from lib.ui.whatif_lab import KEY, RESTED_RUNS, Lab, NothingToAsk, arrive
from lib.whatif import compare
from lib.whatif.curve import Curve, curve, points_known

LEAST_RUNS = 300  # the first answer has at least so many
MOVING_RUNS = 1000
MOVING_SECONDS = 0.12
REST_SECONDS = 0.25
REST_MS, NEXT_MS = 600, 40


def draw(shop: Shop) -> None:
    try:
        lab = arrive(shop)
    except NothingToAsk as missing:
        st.title(_("What if"), anchor=False)
        st.info(_(say.TROUBLES.get(missing.code, say.TROUBLES["not_a_case"])))
        for name in ("s", "draft", "launch", "item"):
            st.query_params.pop(name, None)
        shell.link("catalog", _("Choose an item"), icon=":material/storefront:")
        shell.link("what_if", _("Start anew"), icon=":material/restart_alt:")
        return
    whatif_sets.head(lab, shop)
    if lab.other_engine:
        st.info(_("The numbers in this link came from another version of the simulator. Here they may differ."))
    _studio()


@st.fragment
def _studio() -> None:
    """All that a lever touches. The answer and the pictures are drawn before the levers: one looks at them."""
    lab: Lab = st.session_state[KEY]
    whatif_sets.bar(lab)
    top = st.container(key="whatif-top")
    side, main = st.columns([4, 8], gap="large")
    try:
        _compute(lab)
    except (BadScenario, BadAssumption, UnknownAssumption):
        top.warning(_("These levers can not be simulated together. Undo the last one."))
        with side:
            whatif_levers.draw(lab)
        return
    stop = curve(lab.case, lab.chosen) if _curve_known(lab) else None
    answers = tuple(compare.answer(lab.case, i, lab.runs) for i in range(lab.case.count))
    with top:
        whatif_answer.draw(lab, answers, stop)
    with main:
        _pictures(lab, answers, stop)
    with side, st.container(key="whatif-levers"):
        whatif_levers.draw(lab)
    rested = lab.runs >= RESTED_RUNS and stop is not None
    if rested:
        lab.settle_address()
    with main:
        whatif_more.draw(lab, answers, stop, rested)
    rest(_turn(), wanted=not rested, wait_ms=NEXT_MS if lab.refine else REST_MS, key="whatif-rest",
         on_rest=lambda: setattr(lab, "refine", True))  # fmt: skip
    lab.refine = False


def _compute(lab: Lab) -> None:
    """A quick answer while the hand moves; finer ones, in slices, while it rests."""
    if lab.refine:
        lab.runs = compare.grow_all(lab.case, RESTED_RUNS, seconds=REST_SECONDS)
        return
    compare.grow_all(lab.case, LEAST_RUNS)
    lab.runs = compare.grow_all(lab.case, MOVING_RUNS, seconds=MOVING_SECONDS, first=(lab.chosen,))


def _curve_known(lab: Lab) -> bool:
    seconds = REST_SECONDS if lab.refine and lab.runs >= RESTED_RUNS else 0.0
    return points_known(lab.case, lab.chosen, seconds)


def _turn() -> int:
    """Another number each time, so that the browser sets its clock anew."""
    turn = st.session_state.get("whatif_turn", 0) + 1
    st.session_state["whatif_turn"] = turn
    return turn


def _pictures(lab: Lab, answers: tuple[compare.Answer, ...], stop: Curve | None) -> None:
    case, chosen = lab.case, lab.chosen
    left, right = st.columns(2, gap="medium")
    with left:
        charts.show(whatif_charts.fan_chart(case, chosen, lab.runs))
    with right:
        charts.show(whatif_charts.funnel_chart(case, answers, chosen))
    left, right = st.columns(2, gap="medium")
    with left:
        charts.show(whatif_charts.inbox_chart(case, answers[chosen]))
    with right:
        charts.show(whatif_charts.money_chart(case, answers, chosen))
    with st.container(key="whatif-curve-place"):
        if stop is not None:
            charts.show(whatif_charts.curve_chart(case, chosen, stop))
        else:
            st.caption(_("The picture of profit over the budget is worked out when the levers rest."))
