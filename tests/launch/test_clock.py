from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.launch import clock, edits
from lib.launch.clock import ClockNotRunning, Segment, simulated_seconds, with_jump, with_speed
from lib.store import open_database

WALL = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WEEK = 7 * 24 * 3600


def later(seconds):
    return WALL + timedelta(seconds=seconds)


def test_one_second_on_the_wall_is_one_hour():
    assert simulated_seconds([Segment(WALL, 0, clock.DEFAULT_SPEED)], later(2.5), WEEK) == 9000


def test_time_begins_below_zero_while_the_ad_is_reviewed():
    segments = [Segment(WALL, -1800, clock.DEFAULT_SPEED)]
    assert [simulated_seconds(segments, later(s), WEEK) for s in (0, 0.25, 0.5, 1)] == [-1800, -900, 0, 1800]


def test_the_clock_stops_at_the_end_of_the_plan():
    assert simulated_seconds([Segment(WALL, 0, clock.DEFAULT_SPEED)], later(1e6), WEEK) == WEEK


def test_a_launch_without_a_clock_has_no_time():
    with pytest.raises(ClockNotRunning):
        simulated_seconds([], WALL, WEEK)


def test_a_paused_clock_stands_still_and_goes_on_where_it_stood():
    segments = [Segment(WALL, 0, 3600.0)]
    segments.append(with_speed(segments, later(10), WEEK, 0))
    assert simulated_seconds(segments, later(500), WEEK) == 36_000
    assert clock.last_speed(segments) == 3600.0
    segments.append(with_speed(segments, later(500), WEEK, clock.last_speed(segments)))
    assert simulated_seconds(segments, later(501), WEEK) == 39_600


def test_a_jump_goes_forward_only_and_never_past_the_end():
    segments = [Segment(WALL, 0, 3600.0)]
    assert with_jump(segments, later(10), WEEK, 100).simulated_s == 36_000
    assert with_jump(segments, later(10), WEEK, 50_000).simulated_s == 50_000
    assert with_jump(segments, later(10), WEEK, 10 * WEEK).simulated_s == WEEK


def test_a_wall_clock_that_is_set_back_does_not_turn_time_back():
    assert simulated_seconds([Segment(WALL, 7200, 3600.0)], later(-60), WEEK) == 7200


@pytest.mark.parametrize("speed", [-1, clock.FASTEST + 1, float("nan")])
def test_an_impossible_speed_is_refused(speed):
    with pytest.raises(ValueError, match="speed"):
        with_speed([Segment(WALL, 0, 3600.0)], WALL, WEEK, speed)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 600), st.sampled_from(["speed", "pause", "jump"]), st.floats(0, 86_400), st.integers(0, WEEK)
        ),
        max_size=12,
    )
)
def test_time_never_goes_back_whatever_people_do(turns):
    segments, at, seen = [Segment(WALL, -1200, 3600.0)], 0.0, -1200
    for wait, kind, speed, target in turns:
        at += wait
        now = simulated_seconds(segments, later(at), WEEK)
        assert seen <= now <= WEEK
        if kind == "jump":
            segments.append(with_jump(segments, later(at), WEEK, target))
        else:
            segments.append(with_speed(segments, later(at), WEEK, 0 if kind == "pause" else speed))
        seen = simulated_seconds(segments, later(at), WEEK)
        assert seen >= now


def test_every_viewer_and_every_restart_reads_the_same_segments(studio, wall):
    launch = studio.work(studio.confirm().id)
    first = clock.segments_of(studio.db, launch.id)
    wall.forward(seconds=3)
    with open_database() as another:
        assert clock.segments_of(another, launch.id) == first
        assert edits.progress(another, launch.id, wall.now) == edits.progress(studio.db, launch.id, wall.now)
