"""Every person accounted for, from the ad on the screen to the parcel kept: what is lost between two steps has a name.

Between one step and the next

    count of the step before + joined = lost + count of the step

holds exactly; `Funnel.unexplained` is what it is off by, and that is zero. Codes of losses and of those who join:

    not_clicked         saw the ad, did not click its button
    no_chat             clicked, wrote no message
    without_click       (joined) wrote after the ad without a click on its button
    left                gave up waiting for the first reply
    waiting             still waits for it
    silent              answered, never wrote again
    undecided           talked, ordered nothing, or not yet
    after_reminder      (joined) never answered at first, ordered after a reminder
    refused             not taken at the door
    returned            sent back
    on_the_way          not delivered yet
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

STEPS = ("impressions", "clicks", "conversations", "replied", "orders", "delivered")
SILENT_MESSAGES = 2  # the customer's first and the shop's answer


@dataclass(frozen=True, slots=True)
class Step:
    """`joined` and `lost` stand between the step before and this one."""

    code: str
    count: int
    joined: Mapping[str, int]
    lost: Mapping[str, int]
    unexplained: int


@dataclass(frozen=True, slots=True)
class Funnel:
    steps: tuple[Step, ...]

    @property
    def unexplained(self) -> int:
        return sum(abs(step.unexplained) for step in self.steps)

    def count(self, code: str) -> int:
        return next(step.count for step in self.steps if step.code == code)


_CHATS = f"""
    SELECT COUNT(*) AS conversations, COALESCE(SUM(NOT c.clicked), 0) AS without_click,
        COALESCE(SUM(c.replied_utc IS NOT NULL), 0) AS replied,
        COALESCE(SUM(c.replied_utc IS NULL AND c.left_utc IS NOT NULL), 0) AS gone,
        COALESCE(SUM(c.replied_utc IS NULL AND c.left_utc IS NULL), 0) AS waiting,
        COALESCE(SUM(o.id IS NOT NULL), 0) AS orders,
        COALESCE(SUM(o.id IS NOT NULL AND c.replied_utc IS NULL), 0) AS after_reminder,
        COALESCE(SUM(o.id IS NULL AND c.replied_utc IS NOT NULL AND c.messages <= {SILENT_MESSAGES}), 0) AS silent,
        COALESCE(SUM(o.id IS NULL AND c.replied_utc IS NOT NULL AND c.messages > {SILENT_MESSAGES}), 0) AS undecided,
        COALESCE(SUM(o.delivered_utc IS NOT NULL), 0) AS delivered,
        COALESCE(SUM(o.refused_utc IS NOT NULL), 0) AS refused,
        COALESCE(SUM(o.returned_utc IS NOT NULL), 0) AS returned,
        COALESCE(SUM(o.id IS NOT NULL AND o.delivered_utc IS NULL AND o.refused_utc IS NULL
            AND o.returned_utc IS NULL), 0) AS on_the_way
    FROM conversation c LEFT JOIN customer_order o ON o.conversation_id = c.id WHERE c.launch_id = ?
"""


def funnel(db: Database, launch_id: int) -> Funnel:
    """The launch's funnel as far as it has come."""
    ads = db.execute(
        "SELECT COALESCE(SUM(impressions), 0), COALESCE(SUM(clicks), 0), COALESCE(SUM(conversations), 0) "
        "FROM insights_hour WHERE launch_id = ?",
        [launch_id],
    ).fetchone()
    impressions, clicks, reported = ads
    chats = next(iter(db.query(_CHATS, [launch_id])))
    clicked = reported - chats["without_click"]
    return Funnel(
        (
            Step("impressions", impressions, {}, {}, 0),
            _step("clicks", impressions, clicks, {}, {"not_clicked": impressions - clicks}),
            _step(
                "conversations",
                clicks,
                chats["conversations"],
                {"without_click": chats["without_click"]},
                {"no_chat": clicks - clicked},
            ),
            _step(
                "replied",
                chats["conversations"],
                chats["replied"],
                {},
                {"left": chats["gone"], "waiting": chats["waiting"]},
            ),
            _step(
                "orders",
                chats["replied"],
                chats["orders"],
                {"after_reminder": chats["after_reminder"]},
                {"silent": chats["silent"], "undecided": chats["undecided"]},
            ),
            _step(
                "delivered",
                chats["orders"],
                chats["delivered"],
                {},
                {name: chats[name] for name in ("refused", "returned", "on_the_way")},
            ),
        )
    )


def _step(code: str, before: int, count: int, joined: dict[str, int], lost: dict[str, int]) -> Step:
    return Step(code, count, joined, lost, before + sum(joined.values()) - sum(lost.values()) - count)
