import math

import numpy as np
import pytest

from lib.market.desk import HOUR, NEVER
from lib.market.desk_figures import (
    agents_needed,
    arrivals_by_hour_of_week,
    busy_chats,
    chats_an_agent_can_finish,
    first_reply_minutes,
    first_reply_minutes_by_hour_of_week,
    hours_of_week,
    mean_by_hour_of_week,
    share_answered,
)
from lib.market.shifts import Chats, DeskState, Roster, run_desk

ARRIVAL = np.array([0.0, 60.0, 3600.0, 7200.0])
REPLIED = np.array([60.0, 660.0, NEVER, 7200.0])


@pytest.mark.parametrize(("within", "share"), [(NEVER, 0.75), (60, 0.5), (59, 0.25), (600, 0.75)])
def test_share_answered_counts_those_who_left_as_unanswered(within, share):
    assert share_answered(ARRIVAL, REPLIED, within) == share


def test_first_reply_is_over_those_who_got_one():
    assert first_reply_minutes(ARRIVAL, REPLIED, (0.0, 0.5, 1.0)).tolist() == [0, 1, 10]


def test_without_chats_there_are_no_figures():
    none = np.array([])
    assert math.isnan(share_answered(none, none))
    assert np.all(np.isnan(first_reply_minutes(ARRIVAL, np.full(4, NEVER))))


def test_an_hour_of_the_week_counts_from_monday_midnight():
    assert hours_of_week([0, 6], [0, 23]).tolist() == [0, 167]


def test_arrivals_are_averaged_over_the_hours_that_share_an_hour_of_the_week():
    weeks = np.arange(2 * 168) % 168
    arrival = np.array([0.0, 10.0, 168 * HOUR + 5, 3 * HOUR, 9e9])
    mean = arrivals_by_hour_of_week(arrival, weeks)
    assert mean[0] == 1.5
    assert mean[3] == 0.5
    assert mean.sum() == 2


def test_hours_that_did_not_occur_are_not_zero():
    mean = mean_by_hour_of_week(np.array([4, 6, 1]), np.array([5, 5, 9]))
    assert (mean[5], mean[9]) == (5, 1)
    assert np.isnan(np.delete(mean, [5, 9])).all()


def test_first_reply_by_hour_of_the_week_in_which_the_chat_came():
    medians = first_reply_minutes_by_hour_of_week(ARRIVAL, REPLIED, np.array([7, 8, 9]))
    assert (medians[7], medians[9]) == (5.5, 0)
    assert np.isnan(medians[8])


def test_busy_chats_add_up_to_all_time_in_hand():
    replied = np.array([0.0, 1800.0, 5400.0, NEVER])
    ended = np.array([3600.0, 9000.0, 7200.0, NEVER])
    busy = busy_chats(replied, ended, 3)
    assert busy.tolist() == [1.5, 1.5, 0.5]
    assert busy.sum() * HOUR == 3600 + 7200 + 1800


@pytest.mark.parametrize(("chats_each", "crowding"), [(1, 0.25), (3, 0.0), (3, 0.25), (6, 0.6)])
def test_an_agent_who_never_runs_out_finishes_as_many_as_the_formula_says(chats_each, crowding):
    rng = np.random.default_rng(3)
    n = 20_000
    handle = rng.exponential(720, n)
    came = Chats.of(range(n), np.zeros(n), np.full(n, 1e12), handle, np.zeros(n, bool))
    roster = Roster.of([1] * 20_000)
    _, outcome = run_desk(
        DeskState.opened(), came, roster, until=NEVER, chats_each=chats_each, crowding=crowding, bot_seconds=5
    )
    measured = n / (outcome.ended.max() / HOUR)
    assert measured == pytest.approx(chats_an_agent_can_finish(chats_each, 12, crowding), rel=0.03)


def test_agents_needed_round_up():
    assert agents_needed(np.array([0, 10, 10.1, 21]), 3, 12, 0.25).tolist() == [0, 1, 2, 3]
