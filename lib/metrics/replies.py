"""How a shop's chats are answered: speed, share, depth, and when people write against when somebody is there.

Everything follows from the conversations of the tables; waits are in seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from lib.store import parse_utc

TARGET_S = 5 * 60
DEPTHS = (2, 3, 5)
HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True)
class Replies:
    """Shares are None where there is nobody to take a share of."""

    chats: int
    answered: int
    lost: int
    median_s: float | None
    p90_s: float | None
    within_target: int
    messages: int
    depths: tuple[int, ...]  # conversations with at least DEPTHS messages
    orders: int
    order_minor: int
    origins: tuple[str, ...]

    @property
    def answered_share(self) -> float | None:
        return self.answered / self.chats if self.chats else None

    @property
    def target_share(self) -> float | None:
        return self.within_target / self.chats if self.chats else None

    @property
    def order_share(self) -> float | None:
        return self.orders / self.chats if self.chats else None

    @property
    def minor_per_chat(self) -> int | None:
        return round(self.order_minor / self.chats) if self.chats else None


@dataclass(frozen=True, slots=True)
class Week:
    """By hour of the shop's week, from Monday 00:00: who wrote, who left unanswered, and the people on shift."""

    arrivals: tuple[int, ...]
    lost: tuple[int, ...]
    agents: tuple[int, ...]

    @property
    def unstaffed(self) -> tuple[int, int]:
        """(people who wrote while nobody was there, all who wrote)."""
        alone = sum(n for n, agents in zip(self.arrivals, self.agents, strict=True) if agents == 0)
        return alone, sum(self.arrivals)


_ROWS = """
    SELECT c.started_utc, c.replied_utc, c.left_utc, c.messages, o.total_minor, c.origin
    FROM conversation c LEFT JOIN customer_order o ON o.conversation_id = c.id WHERE c.shop_id = ?
"""


def replies(db: Database, shop_id: str) -> Replies:
    rows = db.execute(_ROWS, [shop_id]).fetchall()
    waits = sorted(_seconds(started, replied) for started, replied, *_ in rows if replied)
    return Replies(
        chats=len(rows),
        answered=len(waits),
        lost=sum(left is not None and replied is None for _, replied, left, *_ in rows),
        median_s=median(waits) if waits else None,
        p90_s=quantiles(waits, n=10, method="inclusive")[8] if len(waits) > 1 else (waits[0] if waits else None),
        within_target=sum(wait <= TARGET_S for wait in waits),
        messages=sum(row[3] for row in rows),
        depths=tuple(sum(row[3] >= depth for row in rows) for depth in DEPTHS),
        orders=sum(row[4] is not None for row in rows),
        order_minor=sum(row[4] or 0 for row in rows),
        origins=tuple(sorted({row[5] for row in rows})),
    )


def week(db: Database, shop_id: str, zone: str, agents: Sequence[int]) -> Week:
    """`agents` is the shop's staffing by hour of the week."""
    arrivals, lost = [0] * HOURS_OF_WEEK, [0] * HOURS_OF_WEEK
    for started, replied, left, *_ in db.execute(_ROWS, [shop_id]).fetchall():
        hour = _hour_of_week(parse_utc(started), zone)
        arrivals[hour] += 1
        lost[hour] += replied is None and left is not None
    return Week(tuple(arrivals), tuple(lost), tuple(agents))


def _hour_of_week(moment: datetime, zone: str) -> int:
    local = moment.astimezone(ZoneInfo(zone))
    return 24 * local.weekday() + local.hour


def _seconds(started: str, until: str) -> float:
    return (parse_utc(until) - parse_utc(started)).total_seconds()
