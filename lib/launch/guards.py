"""What a launch may cost at worst, and the caps that must have room for it before anything is asked of a platform."""

from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database


class CapExceeded(RuntimeError):
    """The launch could cost more than a cap has room for."""

    def __init__(self, cap: Literal["launch", "account"], amount_minor: int, room_minor: int) -> None:
        super().__init__(f"{cap} cap: {amount_minor} needed, room for {room_minor}")
        self.cap, self.amount_minor, self.room_minor = cap, amount_minor, room_minor


@dataclass(frozen=True, slots=True)
class Caps:
    """In minor units of the account's currency; None: no cap (the simulated platform spends no money)."""

    launch_minor: int | None = None
    account_minor: int | None = None


def reserve(db: Database, launch_id: int, account_id: str, amount_minor: int, caps: Caps) -> None:
    """Sets the amount aside, or raises CapExceeded. Inside the caller's write transaction.

    A launch that has a reservation gets the new amount instead: its own old one does not count against it.
    """
    if caps.launch_minor is not None and amount_minor > caps.launch_minor:
        raise CapExceeded("launch", amount_minor, caps.launch_minor)
    taken = reserved_minor(db, account_id, but=launch_id)
    if caps.account_minor is not None and taken + amount_minor > caps.account_minor:
        raise CapExceeded("account", amount_minor, max(0, caps.account_minor - taken))
    db.conn.execute(
        "INSERT INTO reservation (launch_id, account_id, amount_minor) VALUES (?, ?, ?) "
        "ON CONFLICT (launch_id) DO UPDATE SET amount_minor = excluded.amount_minor",
        [launch_id, account_id, amount_minor],
    )


def reserved_minor(db: Database, account_id: str, *, but: int | None = None) -> int:
    """What open launches of the account may still cost."""
    return db.execute(
        "SELECT COALESCE(SUM(amount_minor), 0) FROM reservation "
        "WHERE account_id = ? AND released_at IS NULL AND launch_id IS NOT ?",
        [account_id, but],
    ).fetchone()[0]
