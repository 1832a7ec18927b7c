"""The sums of a launch, and every metric they give."""

from collections.abc import Mapping

import numpy as np
from sqlite_utils import Database

from lib.launch.launches import Launch
from lib.launch.sync import synced_until
from lib.metrics import events
from lib.metrics.definitions import Number, values
from lib.metrics.profit import profit_micro
from lib.money import minor_to_micro

_ADS = """
    SELECT COALESCE(SUM(impressions), 0) AS impressions, COALESCE(SUM(clicks), 0) AS clicks,
        COALESCE(SUM(spend_micro), 0) AS spend
    FROM insights_hour WHERE launch_id = :id AND ad = COALESCE(:ad, ad) AND placement = COALESCE(:placement, placement)
"""
_CHATS = """
    SELECT COUNT(*) AS conversations, COALESCE(SUM(c.replied_utc IS NOT NULL), 0) AS replied,
        COALESCE(SUM(c.replied_utc IS NULL AND c.left_utc IS NOT NULL), 0) AS "left",
        COALESCE(SUM(c.replied_utc IS NULL AND c.left_utc IS NULL), 0) AS waiting,
        COALESCE(SUM(c.messages), 0) AS messages, COUNT(o.id) AS orders,
        COALESCE(SUM(o.total_minor), 0) AS order_value,
        COALESCE(SUM(o.delivered_utc IS NOT NULL), 0) AS delivered,
        COALESCE(SUM(CASE WHEN o.delivered_utc IS NOT NULL THEN o.total_minor END), 0) AS revenue,
        COALESCE(SUM(o.refused_utc IS NOT NULL), 0) AS refused,
        COALESCE(SUM(o.returned_utc IS NOT NULL), 0) AS returned
    FROM conversation c LEFT JOIN customer_order o ON o.conversation_id = c.id
    WHERE c.launch_id = :id AND c.ad IS COALESCE(:ad, c.ad) AND c.placement IS COALESCE(:placement, c.placement)
"""


def parts(
    db: Database, launch: Launch, *, ad: str | None = None, placement: str | None = None
) -> dict[str, Number | None]:
    """Everything lib.metrics.definitions is made of, for the whole launch or one ad or placement.

    Money in micro-units. `reach` is None for an ad, which the platform does not count people for; `profit` is None for
    a part of a launch, whose wages serve all of it.
    """
    chosen = {"id": launch.id, "ad": ad, "placement": placement}
    found: dict[str, Number | None] = {**next(iter(db.query(_ADS, chosen))), **next(iter(db.query(_CHATS, chosen)))}
    for name in ("order_value", "revenue"):
        found[name] = minor_to_micro(int(found[name] or 0), launch.currency)
    found["reach"] = None if ad else _reach(db, launch.id, placement or "all")
    found |= first_reply(db, launch.id, ad=ad, placement=placement)
    whole = ad is None and placement is None
    hours = min(launch.hours, synced_until(db, launch.id)[0])
    found["profit"] = profit_micro(db, launch, _known(found), hours) if whole else None
    return found


def metrics(
    db: Database, launch: Launch, *, ad: str | None = None, placement: str | None = None
) -> dict[str, Number | None]:
    """Every metric of lib.metrics.definitions by code; None where there is nothing to divide by or it is not known."""
    return values(parts(db, launch, ad=ad, placement=placement))


def first_reply(
    db: Database, launch_id: int, *, ad: str | None = None, placement: str | None = None
) -> dict[str, Number | None]:
    """Median and 90th percentile of the minutes to the first reply, over those who got one."""
    waits = events.waits_minutes(db, launch_id)
    for column, value in (("ad", ad), ("placement", placement)):
        waits = waits if value is None else waits[waits[column] == value]
    if waits.empty:
        return {"first_reply_minutes": None, "first_reply_p90_minutes": None}
    median, p90 = np.quantile(waits["minutes"].to_numpy(), [0.5, 0.9])
    return {"first_reply_minutes": float(median), "first_reply_p90_minutes": float(p90)}


def _reach(db: Database, launch_id: int, scope: str) -> int:
    row = db.execute(
        "SELECT reach FROM insights_reach WHERE launch_id = ? AND scope = ? ORDER BY hour DESC LIMIT 1",
        [launch_id, scope],
    ).fetchone()
    return row[0] if row else 0


def _known(found: Mapping[str, Number | None]) -> dict[str, int]:
    return {name: int(number) for name, number in found.items() if number is not None}
