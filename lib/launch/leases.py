"""Whose turn it is: one worker a launch at a time, for a while, by compare-and-set.

The fence grows with each claim. A worker that was slow finds its fence old and writes nothing more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from lib.store import utc_text, write_tx

LEASE = timedelta(seconds=10)
HELD = "held:"  # an owner so named keeps its launches until it lets go, however long that takes


@dataclass(frozen=True, slots=True)
class Lease:
    launch_id: int
    owner: str
    fence: int


def _until(now: datetime, more: timedelta = timedelta(0)) -> str:
    # whole seconds: moments compare as text in SQL only when they are written alike
    return utc_text((now + more).replace(microsecond=0) + LEASE)


def claim(db: Database, launch_id: int, owner: str, now: datetime) -> Lease | None:
    """The launch for this owner, or None while somebody else holds it."""
    with write_tx(db):
        won = db.conn.execute(
            "UPDATE launch SET lease_owner = ?, lease_until = ?, fence = fence + 1 "
            "WHERE id = ? AND (lease_owner = ? OR (COALESCE(lease_until, '') <= ? "
            "AND COALESCE(lease_owner, '') NOT LIKE ?))",
            [owner, _until(now), launch_id, owner, utc_text(now.replace(microsecond=0)), f"{HELD}%"],
        )
        if won.rowcount != 1:
            return None
        return Lease(launch_id, owner, db.execute("SELECT fence FROM launch WHERE id = ?", [launch_id]).fetchone()[0])


def renew(db: Database, lease: Lease, now: datetime, more: timedelta = timedelta(0)) -> bool:
    """Longer for the holder, by `more` than usual; False when somebody else has it. Inside the caller's transaction."""
    return (
        db.conn.execute(
            "UPDATE launch SET lease_until = ? WHERE id = ? AND fence = ?",
            [_until(now, more), lease.launch_id, lease.fence],
        ).rowcount
        == 1
    )


def release(db: Database, lease: Lease) -> None:
    """Free for anybody, unless the owner holds it for good."""
    if lease.owner.startswith(HELD):
        return
    with write_tx(db):
        db.conn.execute(
            "UPDATE launch SET lease_owner = NULL, lease_until = NULL WHERE id = ? AND fence = ?",
            [lease.launch_id, lease.fence],
        )


def hand_over(db: Database, launch_id: int, owner: str) -> None:
    """An owner that held the launch for good lets others have it."""
    with write_tx(db):
        db.conn.execute(
            "UPDATE launch SET lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ?",
            [launch_id, owner],
        )
