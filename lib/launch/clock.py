"""Simulated time: one clock a launch, kept as segments, so that every viewer and every restart reads the same.

Seconds count from the plan's start. They begin below zero, while the platform reviews the ad, and stop at the end.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from lib.store import parse_utc, utc_text

HOUR = 3600
DEFAULT_SPEED = 3600.0  # one second on the wall is one hour of the campaign
FASTEST = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Segment:
    """From `wall` on, the clock stands at `simulated_s` and gains `speed` simulated seconds a wall second."""

    wall: datetime
    simulated_s: int
    speed: float


class ClockNotRunning(RuntimeError):
    """The launch has no clock yet: the platform has not taken the ad."""


def simulated_seconds(segments: Sequence[Segment], now: datetime, end_s: int) -> int:
    """Whole simulated seconds at `now`, at most `end_s`. Raises ClockNotRunning without segments."""
    if not segments:
        raise ClockNotRunning
    last = segments[-1]
    # the wall clock may be set back; simulated time never goes back
    passed = max(0.0, (now - last.wall).total_seconds())
    return min(end_s, last.simulated_s + math.floor(passed * last.speed))


def speed_of(segments: Sequence[Segment]) -> float:
    """Simulated seconds a wall second; 0 while paused or before the start."""
    return segments[-1].speed if segments else 0.0


def last_speed(segments: Sequence[Segment]) -> float:
    """The speed to go on with after a pause."""
    return next((s.speed for s in reversed(segments) if s.speed > 0), DEFAULT_SPEED)


def with_speed(segments: Sequence[Segment], now: datetime, end_s: int, speed: float) -> Segment:
    """The segment that changes the speed at `now`; 0 pauses. Raises ValueError outside 0..FASTEST."""
    if not 0 <= speed <= FASTEST:
        raise ValueError(f"speed {speed}")
    return Segment(now, simulated_seconds(segments, now, end_s), speed)


def with_jump(segments: Sequence[Segment], now: datetime, end_s: int, to_s: int) -> Segment:
    """The segment that jumps forward to `to_s`; a jump back or past the end lands at now or at the end."""
    at = simulated_seconds(segments, now, end_s)
    return Segment(now, min(end_s, max(at, to_s)), speed_of(segments))


def segments_of(db: Database, launch_id: int) -> tuple[Segment, ...]:
    rows = db.query(
        "SELECT wall_utc, simulated_s, speed FROM clock_segment WHERE launch_id = ? ORDER BY seq", [launch_id]
    )
    return tuple(Segment(parse_utc(r["wall_utc"]), r["simulated_s"], r["speed"]) for r in rows)


def add_segment(db: Database, launch_id: int, segment: Segment) -> None:
    """Inside the caller's write transaction."""
    db.conn.execute(
        "INSERT INTO clock_segment (launch_id, seq, wall_utc, simulated_s, speed) "
        "SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ?, ? FROM clock_segment WHERE launch_id = ?",
        [launch_id, utc_text(segment.wall), segment.simulated_s, segment.speed, launch_id],
    )
