import math

import numpy as np
import pytest

from lib.market.desk import BOT, HOUR, NEVER, NOBODY, WAITING, serve
from lib.market.shifts import BadDesk, Chats, DeskState, Roster, run_desk
from tests.benchmarks.desk_models import (
    at_once,
    chats,
    erlang_a,
    erlang_c,
    event_by_event,
    hours_for,
    in_ciw,
    markov_chats,
    mean_and_error,
    stretches,
    weekday_rush,
)

DAY_AND_NIGHT = [0] * 9 + [2] * 12 + [0] * 3


@pytest.mark.parametrize(
    ("arrivals", "handle", "agents", "chats_each", "p_wait", "wait"),
    [(0.2, 240, 55, 1, 0.2387, 8.184), (200 / 3600, 180, 14, 1, 0.17413, 7.836), (1 / 60, 600, 4, 3, 0.44939, 134.8)],
)
@pytest.mark.parametrize("until", [NEVER, 1e15])
def test_erlang_c_check_points(arrivals, handle, agents, chats_each, p_wait, wait, until):
    theory = erlang_c(arrivals, handle, agents * chats_each)
    assert theory == pytest.approx((p_wait, wait), rel=5e-4)
    came = markov_chats(1, 2_000_000, arrivals, handle)
    outcome = at_once(came, Roster.of([agents] * hours_for(came)), chats_each, until=until)
    waits = outcome.replied - outcome.arrival
    for measured, expected in ((waits > 0, theory[0]), (waits, theory[1])):
        mean, error = mean_and_error(measured)
        assert abs(mean - expected) < 4 * error
        assert error < 0.06 * expected


@pytest.mark.parametrize(
    ("servers", "load", "patience"), [(5, 1.0, 2.0), (5, 1.4, 0.5), (20, 0.95, 1.0), (20, 1.3, 4.0), (1, 2.0, 1.0)]
)
def test_erlang_a_against_its_birth_death_chain(servers, load, patience):
    handle = 600.0
    arrivals = load * servers / handle
    came = markov_chats(servers, 400_000, arrivals, handle, patience * handle)
    roster = Roster.of([servers] * hours_for(came))
    outcome = at_once(came, roster)
    gone = np.isfinite(outcome.left)
    waits = np.where(gone, outcome.left, outcome.replied) - came.arrival
    # whoever arrives when all are busy waits, however short
    theory = erlang_a(arrivals, handle, servers, patience * handle)
    for measured, expected in zip((gone, waits > 0, waits), theory, strict=True):
        mean, error = mean_and_error(measured)
        assert abs(mean - expected) < 4 * error


@pytest.mark.parametrize("chats_each", [1, 3])
def test_people_all_alike_are_served_at_the_same_times_by_both_paths(chats_each):
    came = chats(2, 20_000, 300.0, bot_share=0.1)
    roster = Roster.of([2] * (hours_for(came) - 100))
    short = at_once(came, roster, chats_each)
    # a last second that is not infinite takes the long way
    long = at_once(came, roster, chats_each, until=1e15)
    assert set(short.agent) == {NOBODY, BOT, 0}
    assert set(long.agent) == {NOBODY, BOT, 0, 1}
    for name in ("replied", "left", "ended"):
        assert getattr(short, name).tobytes() == getattr(long, name).tobytes()
    assert 0 < np.isfinite(short.left).mean() < 1


@pytest.mark.parametrize("crowding", [0.0, 0.25, 0.6])
@pytest.mark.parametrize("week", [[3] * 24, DAY_AND_NIGHT, [1, 0, 2, 5, 3, 3, 1, 4] * 3, [0] * 23 + [1]])
@pytest.mark.parametrize("chats_each", [1, 3])
def test_the_law_told_event_by_event(crowding, week, chats_each):
    came = chats(5, 1500, 240.0, bot_share=0.15)
    by_hour = week * (hours_for(came) // 24 + 1)
    outcome = at_once(came, Roster.of(by_hour), chats_each, crowding, until=1e15)
    replied, left, agent, ended = event_by_event(came, by_hour, chats_each, crowding)
    assert np.array_equal(outcome.agent, agent)
    assert np.array_equal(outcome.replied, replied)
    assert np.array_equal(outcome.left, left)
    assert np.array_equal(outcome.ended, ended)


@pytest.mark.parametrize("chats_each", [1, 3])
def test_a_desk_that_closes_at_night_is_ciws_customer_by_customer(chats_each):
    # Ciw replaces all servers at a change of shift, so shifts that meet would differ: here nights lie between them
    cycle = [n if 9 <= hour < 21 else 0 for n in (2, 3, 2, 1) for hour in range(24)]
    came = weekday_rush(3, 40, 8 * chats_each)
    outcome = at_once(came, Roster.of(cycle * (hours_for(came) // len(cycle) + 20)), chats_each)
    waits, reneged = in_ciw(came, stretches(cycle), chats_each)
    gone = np.isfinite(outcome.left)
    ours = np.where(gone, outcome.left, outcome.replied) - outcome.arrival
    assert 0.05 < gone.mean() < 0.8
    assert np.array_equal(gone, reneged)
    assert np.allclose(ours, waits, rtol=0, atol=1e-3)
    assert ours[~gone].mean() == pytest.approx(waits[~reneged].mean(), rel=0.05)
    assert gone.mean() == pytest.approx(reneged.mean(), abs=0.01)


@pytest.mark.parametrize("chats_each", [1, 4])
@pytest.mark.parametrize("crowding", [0.0, 0.25])
@pytest.mark.parametrize("step", [1, 7, 50])
def test_hour_by_hour_is_the_same_as_at_once_to_the_bit(chats_each, crowding, step):
    came = chats(8, 1200, 200.0, bot_share=0.2)
    roster = Roster.of(DAY_AND_NIGHT * (hours_for(came) // 24 + 4))
    whole = at_once(came, roster, chats_each, crowding)
    law = dict(chats_each=chats_each, crowding=crowding, bot_seconds=5.0)
    found = {name: {} for name in ("replied", "left", "agent", "ended")}
    state = DeskState.opened()
    for hour in range(0, roster.on_shift.size, step):
        until = (hour + step) * HOUR
        new = came.where((came.arrival >= hour * HOUR) & (came.arrival < until))
        state, outcome = run_desk(DeskState.loads(state.dumps()), new, roster, until=until, **law)
        for name, values in found.items():
            values.update(zip(outcome.ids.tolist(), getattr(outcome, name).tolist(), strict=True))
        happened = np.where(np.isfinite(outcome.replied), outcome.replied, outcome.left)
        assert np.all((happened >= hour * HOUR) & (happened < until))
    assert len(state.queue) == 0
    for name, values in found.items():
        assert [values[c] for c in whole.ids.tolist()] == getattr(whole, name).tolist(), name


def test_a_changed_future_leaves_what_was_decided_before_it():
    came = chats(4, 400, 200.0)
    before = Roster.of([1] * 60)
    after = Roster.of([1] * 10 + [4] * 50)
    calm, helped = at_once(came, before, 2, 0.25), at_once(came, after, 2, 0.25)
    happened = np.where(np.isfinite(calm.replied), calm.replied, calm.left)
    early = happened < 10 * HOUR
    assert early.sum() > 20
    assert np.array_equal(calm.replied[early], helped.replied[early])
    assert np.isfinite(helped.left).sum() < np.isfinite(calm.left).sum()


def test_a_desk_that_changes_midway_runs_on_from_its_state():
    came = chats(4, 400, 200.0)
    after = Roster.of([1] * 10 + [4] * 50)
    whole = at_once(came, after, 2, 0.25)
    law = dict(chats_each=2, crowding=0.25, bot_seconds=5.0)
    first = came.where(came.arrival < 10 * HOUR)
    state, early = run_desk(DeskState.opened(), first, Roster.of([1] * 60), until=10 * HOUR, **law)
    _, late = run_desk(state, came.where(came.arrival >= 10 * HOUR), after, until=NEVER, **law)
    assert dict(zip(early.ids, early.replied, strict=True)) | dict(zip(late.ids, late.replied, strict=True)) == dict(
        zip(whole.ids, whole.replied, strict=True)
    )


def test_a_lower_limit_still_counts_the_chats_in_hand():
    long = Chats.of([1, 2, 3], [0, 0, 0], [9e9] * 3, [4000, 4500, 5000], [False] * 3)
    roster = Roster.of([1] * 10)
    state, _ = run_desk(DeskState.opened(), long, roster, until=10, chats_each=3, crowding=0, bot_seconds=5)
    late = Chats.of([4], [20], [9e9], [60], [False])
    _, outcome = run_desk(state, late, roster, until=NEVER, chats_each=1, crowding=0, bot_seconds=5)
    assert outcome.replied.tolist() == [5000]
    _, outcome = run_desk(state, late, roster, until=NEVER, chats_each=2, crowding=0, bot_seconds=5)
    assert outcome.replied.tolist() == [4500]
    _, outcome = run_desk(state, late, roster, until=NEVER, chats_each=4, crowding=0.5, bot_seconds=5)
    assert (outcome.replied.tolist(), outcome.ended.tolist()) == ([20], [20 + 60 * 2.5])


def test_a_chat_held_when_the_shift_ends_is_finished_and_no_new_one_taken():
    came = Chats.of([0, 1], [3500, 3550], [9e9, 9e9], [1000, 60], [False, False])
    outcome = at_once(came, Roster.of([1, 0, 1]))
    assert outcome.replied.tolist() == [3500, 7200]
    assert outcome.ended.tolist() == [4500, 7260]


def test_away_hours_wear_patience_down():
    came = Chats.of([0, 1], [100, 200], [3000, 9e9], [60, 60], [False, False])
    outcome = at_once(came, Roster.of([0, 1]))
    assert outcome.left.tolist() == [3100, NEVER]
    assert outcome.replied.tolist() == [NEVER, 3600]


def test_what_happens_as_an_hour_ends_belongs_to_the_next():
    law = dict(chats_each=1, crowding=0.0, bot_seconds=5.0)
    came = Chats.of([0, 1, 2], [10, 3595, 3596], [3590, 9e9, 9e9], [60] * 3, [False, True, False])
    state, first = run_desk(DeskState.opened(), came, Roster.of([0, 1]), until=3600.0, **law)
    assert first.ids.size == 0
    _, second = run_desk(state, Chats.none(), Roster.of([0, 1]), until=3661.0, **law)
    assert second.agent.tolist() == [0, BOT, 0]
    assert second.replied.tolist() == [3600, 3600, 3660]
    impatient = Chats.of([0], [10], [3590], [60], [False])
    state, first = run_desk(DeskState.opened(), impatient, Roster.of([0, 0, 1]), until=3600.0, **law)
    _, second = run_desk(state, Chats.none(), Roster.of([0, 0, 1]), until=3601.0, **law)
    assert (first.left.tolist(), second.left.tolist()) == ([], [3600])


def test_nobody_answers_where_nobody_works_but_the_bot():
    came = Chats.of([0, 1], [100, 200], [3000, 3000], [60, 60], [False, True])
    outcome = at_once(came, Roster.of([0, 0]), bot_seconds=4.0)
    assert outcome.agent.tolist() == [NOBODY, BOT]
    assert outcome.replied.tolist() == [NEVER, 204]
    assert outcome.left.tolist() == [3100, NEVER]


def test_the_chat_goes_to_whoever_holds_fewest():
    came = Chats.of(range(5), range(5), [9e9] * 5, [1000] * 5, [False] * 5)
    outcome = at_once(came, Roster.of([2, 2]), chats_each=3, crowding=0.5)
    assert outcome.agent.tolist() == [0, 1, 0, 1, 0]
    assert outcome.ended.tolist() == [1000, 1001, 2 + 1500, 3 + 1500, 4 + 2000]


def test_a_chat_somebody_else_took_leaves_the_queue():
    came = Chats.of([8, 9], [0, 1], [9e9, 9e9], [60, 60], [False, False])
    law = dict(chats_each=1, crowding=0.0, bot_seconds=5.0)
    state, _ = run_desk(DeskState.opened(), came, Roster.of([0, 1]), until=10, **law)
    _, outcome = run_desk(state.without([8]), Chats.none(), Roster.of([0, 1]), until=NEVER, **law)
    assert (outcome.ids.tolist(), outcome.replied.tolist()) == ([9], [3600])


def test_chats_already_decided_are_left_alone_by_the_kernel():
    roster = Roster.of([1])
    agent = np.array([NOBODY, WAITING])
    replied, left, ended = np.full((3, 2), -5.0)
    waiting = serve(
        np.zeros(2), np.ones(2), np.ones(2), np.zeros(2, bool), 2, 0.0, NEVER, roster.on_shift, roster.next_on,
        roster.off_at, 1, 0.0, 5.0, np.zeros((1, 1)), replied, left, agent, ended,
    )  # fmt: skip
    assert (waiting, agent.tolist(), replied.tolist()) == (0, [NOBODY, 0], [-5.0, 0.0])


def test_a_roster_from_the_week_follows_the_local_hour():
    week = [0] * 168
    week[24 + 9] = 2
    weekday = [1, 1, 1, 2]
    assert Roster.weekly(week, weekday, [8, 9, 10, 9]).on_shift.tolist() == [0, 2, 0, 0]


def test_look_ups_of_a_roster():
    roster = Roster.of([0, 2, 1, 0])
    assert roster.next_on.tolist() == [[1, 1, 2, 4], [1, 1, 4, 4]]
    assert (roster.off_at / HOUR).tolist() == [[0, 3, 3, 3], [0, 2, 2, 3]]
    assert not roster.alike
    assert Roster.of([2, 2]).alike


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Roster.of([]),
        lambda: Roster.of([-1]),
        lambda: Roster.of([10**6]),
        lambda: Roster.weekly([1] * 24, [0], [0]),
        lambda: Chats.of([1, 2], [5, 4], [1, 1], [1, 1], [False, False]),
        lambda: Chats.of([1], [math.nan], [1], [1], [False]),
        lambda: Chats.of([1], [1], [-1], [1], [False]),
        lambda: Chats.of([1], [1], [1], [math.inf], [False]),
        lambda: Chats.of([1], [1, 2], [1], [1], [False]),
        lambda: at_once(Chats.none(), Roster.of([1]), chats_each=0),
        lambda: at_once(Chats.none(), Roster.of([1]), crowding=-0.1),
        lambda: at_once(Chats.none(), Roster.of([1]), crowding=math.nan),
        lambda: at_once(Chats.none(), Roster.of([1]), bot_seconds=math.inf),
    ],
)
def test_what_no_desk_can_be_is_refused_before_compiled_code(bad):
    with pytest.raises(BadDesk):
        bad()


def test_time_does_not_run_backwards():
    law = dict(chats_each=1, crowding=0.0, bot_seconds=5.0)
    state, _ = run_desk(DeskState.opened(), Chats.none(), Roster.of([1]), until=100.0, **law)
    with pytest.raises(BadDesk):
        run_desk(state, Chats.none(), Roster.of([1]), until=50.0, **law)
    with pytest.raises(BadDesk):
        run_desk(state, Chats.of([1], [50], [1], [1], [False]), Roster.of([1]), until=200.0, **law)
