"""Edits in time and replay: the past stays to the bit, and a state read back goes on as if never put away."""

from dataclasses import replace

import numpy as np
import pytest

from lib.market import columns, exact, fast
from lib.market.layout import lay_out
from lib.market.scenario import BadScenario, Bid, Budget, Creative, Edit, Scenario
from tests.market.support import THREE_PLACEMENTS, desk, load_assumptions, reference

HOURS = 96
EDITS = [
    Edit(50, "budget", Budget("daily", 60_000_000)),
    Edit(50, "bid", Bid("bid_cap", 300_000)),
    Edit(50, "creatives", (Creative("first"), Creative("added", 1.3))),
    Edit(50, "placements", ("instagram_feed",)),
    Edit(50, "desk", desk(6, 1, bot_share=0.4)),
    Edit(50, "pause"),
]


def plan(*edits: Edit) -> Scenario:
    return reference(4, edits=edits)


def run(scenario: Scenario, hours: int = HOURS) -> list[exact.Hour]:
    return list(exact.steps(exact.start(scenario, load_assumptions(), seed=11), hours))


@pytest.fixture(scope="module")
def unedited() -> list[exact.Hour]:
    return run(plan())


@pytest.mark.parametrize("edit", EDITS, ids=lambda e: e.kind)
def test_hours_before_an_edit_do_not_change(edit: Edit, unedited: list[exact.Hour]) -> None:
    edited = run(plan(edit))
    placements = {cell.placement for hour in edited[:50] for cell in hour.cells}
    assert placements == set(THREE_PLACEMENTS)
    for before, after in zip(unedited[:50], edited[:50], strict=True):
        shown = {name: after.reach_by_placement[name] for name in before.reach_by_placement}
        assert replace(after, reach_by_placement=shown) == before
    assert [h.cells for h in edited[50:]] != [h.cells for h in unedited[50:]] or edit.kind == "desk"
    assert [h.chats for h in edited[50:]] != [h.chats for h in unedited[50:]]


@pytest.mark.parametrize("edit", EDITS, ids=lambda e: e.kind)
def test_forecast_days_before_an_edit_do_not_change(edit: Edit) -> None:
    before, _ = fast.simulate(lay_out(plan(), load_assumptions()), seed=6, replicates=20)
    after, _ = fast.simulate(lay_out(plan(edit), load_assumptions()), seed=6, replicates=20)
    known = [columns.DAILY.index(name) for name in ("impressions", "reach", "clicks", "conversations", "spend")]
    assert np.array_equal(before[known, :2], after[known, :2])
    late = [columns.DAILY.index(name) for name in ("replied", "orders")]
    assert np.array_equal(before[late, :2], after[late, :2])
    assert not np.array_equal(before, after)


def test_pausing_stops_delivery_and_resuming_starts_it_again() -> None:
    hours = run(plan(Edit(30, "pause"), Edit(40, "resume")))
    shown = [sum(cell.impressions for cell in hour.cells) for hour in hours]
    assert sum(shown[30:40]) == 0
    assert min(sum(shown[20:30]), sum(shown[40:50])) > 0


def test_states_read_back_go_on_to_the_bit() -> None:
    scenario = plan(Edit(60, "creatives", (Creative("first"), Creative("added"))), Edit(70, "desk", desk(1)))
    state = exact.start(scenario, load_assumptions(), seed=12)
    once = []
    for _ in range(HOURS + 30):
        state, hour = exact.step(state)
        once.append(hour)
    state = exact.start(scenario, load_assumptions(), seed=12)
    again = []
    for h in range(HOURS + 30):
        if h % 17 == 0:
            state = exact.loads(state.dumps(), scenario, load_assumptions())
        state, hour = exact.step(state)
        again.append(hour)
    assert again == once
    assert once == run_of(scenario, 12, HOURS + 30)


def run_of(scenario: Scenario, seed: int, hours: int) -> list[exact.Hour]:
    return list(exact.steps(exact.start(scenario, load_assumptions(), seed=seed), hours))


def test_stepping_leaves_the_state_it_was_given_alone() -> None:
    state = exact.start(plan(), load_assumptions(), seed=1)
    for _ in range(30):
        state, _hour = exact.step(state)
    bytes_before = state.dumps()
    _, first = exact.step(state)
    _, second = exact.step(state)
    assert first == second
    assert state.dumps() == bytes_before


def test_an_edit_made_while_running_equals_one_known_from_the_start() -> None:
    edit = Edit(40, "creatives", (Creative("a new one"), Creative("first")))
    state = exact.start(plan(), load_assumptions(), seed=5)
    for _ in range(40):
        state, _hour = exact.step(state)
    state = state.with_scenario(plan(edit))
    later = list(exact.steps(state, 20))
    assert later == run_of(plan(edit), 5, 60)[40:]


def test_people_answer_chats_and_book_orders_by_hand() -> None:
    alone = reference(2, desk=desk(0), overrides=(("patience_minutes_median", 10_000.0),))
    waiting = [c for hour in run_of(alone, 3, 12) for c in hour.chats if c.left_s is None and c.replied_s is None]
    left = {c.id for hour in run_of(alone, 3, 14) for c in hour.chats if c.left_s is not None}
    first, second = [c.id for c in waiting if c.id not in left][:2]
    edits = (Edit(12, "reply", first), Edit(13, "order", (second, 44_000_000, 2)), Edit(14, "reply", 123456789))
    hours = run_of(replace(alone, edits=edits), 3, 20)
    known = {c.id: c for hour in hours for c in hour.chats}
    assert known[first].replied_s == 12 * 3600
    assert known[first].answered_by == "agent"
    assert (known[second].ordered_s, known[second].order_micro, known[second].units) == (13 * 3600, 44_000_000, 2)
    assert [h.cells for h in hours] == [h.cells for h in run_of(alone, 3, 20)]


def test_other_bytes_are_no_state() -> None:
    with pytest.raises(exact.BadState):
        exact.loads(b"something else", plan(), load_assumptions())
    packed = exact.start(plan(), load_assumptions(), seed=1).dumps()
    with pytest.raises(exact.BadState):
        exact.loads(packed, reference(5), load_assumptions())


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"placements": ("whatsapp_status",)}, "placements"),
        ({"placements": ()}, "placements"),
        ({"creatives": ()}, "creatives"),
        ({"budget": Budget("daily", -1)}, "budget"),
        ({"budget": Budget("daily", 10**16)}, "budget"),
        ({"bid": Bid("bid_cap", 0)}, "bid"),
        ({"edits": (Edit(-1, "pause"),)}, "edits"),
        ({"edits": (Edit(3, "budget", Budget("daily", 10**16)),)}, "budget"),
    ],
)
def test_scenarios_out_of_range_never_reach_compiled_code(changes: dict, part: str) -> None:
    with pytest.raises(BadScenario) as caught:
        lay_out(reference(4, **changes), load_assumptions())
    assert caught.value.part == part
