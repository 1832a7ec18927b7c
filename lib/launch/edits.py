"""The dated log of what people changed while a simulated launch ran.

An edit acts from the next hour nobody has seen yet, so what has been shown never changes.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from lib.launch.clock import HOUR, ClockNotRunning, Segment, segments_of, simulated_seconds
from lib.store import utc_text


@dataclass(frozen=True, slots=True)
class DatedEdit:
    hour: int  # of the plan, the first it acts on
    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a simulated launch is. Hours count from the plan's start; `end_hour` is where it stops for good."""

    seconds: int
    end_hour: int
    segments: tuple[Segment, ...]

    @property
    def visible_hours(self) -> int:
        """Whole hours that lie behind."""
        return max(0, self.seconds // HOUR)

    @property
    def ended(self) -> bool:
        return self.seconds >= self.end_hour * HOUR


def edits_of(db: Database, launch_id: int) -> tuple[DatedEdit, ...]:
    rows = db.execute("SELECT hour, kind, value_json FROM edit WHERE launch_id = ? ORDER BY seq", [launch_id])
    return tuple(DatedEdit(hour, kind, json.loads(value)) for hour, kind, value in rows.fetchall())


def end_hour(db: Database, launch_id: int) -> int:
    """The hour the launch stops at: the plan's end, or earlier where somebody ended it."""
    return db.execute(
        "SELECT MIN(l.hours, COALESCE((SELECT MIN(hour) FROM edit WHERE launch_id = l.id AND kind = 'end'), l.hours)) "
        "FROM launch l WHERE l.id = ?",
        [launch_id],
    ).fetchone()[0]


def progress(db: Database, launch_id: int, now: datetime) -> Progress | None:
    """None before the platform took the ad."""
    segments, last = segments_of(db, launch_id), end_hour(db, launch_id)
    try:
        return Progress(simulated_seconds(segments, now, last * HOUR), last, segments)
    except ClockNotRunning:
        return None


def next_unseen_hour(db: Database, launch_id: int, now: datetime) -> int:
    """The first hour an input made now can still act on."""
    synced = db.execute("SELECT hour FROM synced WHERE launch_id = ?", [launch_id]).fetchone()
    here = progress(db, launch_id, now)
    return max(synced[0] if synced else 0, here.visible_hours if here else 0)


def add_edit(db: Database, launch_id: int, kind: str, value: Any, now: datetime) -> int:
    """Writes the edit inside the caller's write transaction and gives the hour it acts from."""
    hour = next_unseen_hour(db, launch_id, now)
    db.conn.execute(
        "INSERT INTO edit (launch_id, seq, hour, kind, value_json, at_utc) "
        "SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ?, ?, ? FROM edit WHERE launch_id = ?",
        [launch_id, hour, kind, json.dumps(value, ensure_ascii=False, sort_keys=True), utc_text(now), launch_id],
    )
    return hour
