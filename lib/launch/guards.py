"""What a launch may cost at worst, and the caps that must have room for it before anything is asked of a platform."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING
from typing import Literal

from sqlite_utils import Database

from lib.ads.budgets import DAY_AT_WORST, worst_case_minor
from lib.ads.plan import Plan

SIMULATED = "simulated"


class CapExceeded(RuntimeError):
    """The launch could cost more than a cap has room for."""

    def __init__(self, cap: Literal["launch", "day", "account"], amount_minor: int, room_minor: int) -> None:
        super().__init__(f"{cap} cap: {amount_minor} needed, room for {room_minor}")
        self.cap, self.amount_minor, self.room_minor = cap, amount_minor, room_minor


class CapsMissing(RuntimeError):
    """Real money without a cap for the launch, the day and the account: never."""


@dataclass(frozen=True, slots=True)
class Caps:
    """In minor units of the account's currency; None: no cap (the simulated platform spends no money)."""

    launch_minor: int | None = None
    account_minor: int | None = None
    day_minor: int | None = None

    @property
    def complete(self) -> bool:
        return None not in (self.launch_minor, self.account_minor, self.day_minor)


@dataclass(frozen=True, slots=True)
class WorstCase:
    """The most a plan can cost on one day, in one calendar week and in all, in minor units."""

    day_minor: int
    week_minor: int
    run_minor: int


def worst_case(plan: Plan, *, account_zone: str) -> WorstCase:
    """`account_zone` is the ad account's own time zone, "" while it is not known.

    Budget days are the account's: in another zone than the shop's a run touches one day more.
    """
    budget = plan.budget.amount_minor
    if plan.budget.kind == "lifetime":
        return WorstCase(budget, budget, budget)
    last = plan.last_day if account_zone == plan.timezone else plan.last_day + timedelta(days=1)
    run = worst_case_minor(budget, plan.first_day, last)
    return WorstCase(min(_day_at_worst(budget), run), min(7 * budget, run), run)


def _day_at_worst(daily_minor: int) -> int:
    return int((DAY_AT_WORST * daily_minor).to_integral_value(ROUND_CEILING))


def reserve(
    db: Database, launch_id: int, account_id: str, amount_minor: int, caps: Caps, day_minor: int | None = None
) -> None:
    """Sets the amount aside, or raises CapExceeded. Inside the caller's write transaction.

    A launch that has a reservation gets the new amount instead: its own old one does not count against it.
    `day_minor` is what its worst day may cost.
    """
    others = day_minor_at_worst(db, account_id, but=launch_id) if caps.day_minor is not None else 0
    if caps.day_minor is not None and others + (day_minor or amount_minor) > caps.day_minor:
        raise CapExceeded("day", day_minor or amount_minor, max(0, caps.day_minor - others))
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


def day_minor_at_worst(db: Database, account_id: str, *, but: int | None = None) -> int:
    """What all open launches of the account together may cost on one day."""
    rows = db.execute(
        "SELECT l.daily_minor, r.amount_minor, json_extract(l.spec_json, '$.budget.kind') "
        "FROM reservation r JOIN launch l ON l.id = r.launch_id "
        "WHERE r.account_id = ? AND r.released_at IS NULL AND r.launch_id IS NOT ?",
        [account_id, but],
    ).fetchall()
    return sum(worst if kind == "lifetime" else min(worst, _day_at_worst(daily)) for daily, worst, kind in rows)


def caps_for(adapter: str, caps: Caps | None) -> Caps:
    """The caps to hold a launch to. Raises CapsMissing for real money without all of them."""
    if adapter != SIMULATED and (caps is None or not caps.complete):
        raise CapsMissing(adapter)
    return caps or Caps()
