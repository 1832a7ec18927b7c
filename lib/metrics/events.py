"""What the tables hold about one launch, by hour. The frames and sums of this package are all made of these."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
from sqlite_utils import Database

COUNTS = ("impressions", "clicks", "conversations", "replied", "left", "orders", "delivered", "refused", "returned")
MONEY = ("spend_micro", "order_value_minor", "revenue_minor")
HOURLY = (*COUNTS, *MONEY)

_INSIGHTS = """
    SELECT hour, ad, placement, impressions, clicks, spend_micro FROM insights_hour WHERE launch_id = ?
"""
# One row an event: the hour it happened in, and what it adds.
_CHATS = """
    WITH c AS (SELECT * FROM conversation WHERE launch_id = ?)
    SELECT unixepoch(started_utc) / 3600 AS hour, ad, placement, 'conversations' AS what, 1 AS n, 0 AS minor FROM c
    UNION ALL SELECT unixepoch(replied_utc) / 3600, ad, placement, 'replied', 1, 0 FROM c WHERE replied_utc IS NOT NULL
    UNION ALL SELECT unixepoch(left_utc) / 3600, ad, placement, 'left', 1, 0 FROM c
        WHERE left_utc IS NOT NULL AND replied_utc IS NULL
    UNION ALL SELECT unixepoch(o.ordered_utc) / 3600, ad, placement, 'orders', 1, o.total_minor
        FROM c JOIN customer_order o ON o.conversation_id = c.id
    UNION ALL SELECT unixepoch(o.delivered_utc) / 3600, ad, placement, 'delivered', 1, o.total_minor
        FROM c JOIN customer_order o ON o.conversation_id = c.id WHERE o.delivered_utc IS NOT NULL
    UNION ALL SELECT unixepoch(o.refused_utc) / 3600, ad, placement, 'refused', 1, 0
        FROM c JOIN customer_order o ON o.conversation_id = c.id WHERE o.refused_utc IS NOT NULL
    UNION ALL SELECT unixepoch(o.returned_utc) / 3600, ad, placement, 'returned', 1, 0
        FROM c JOIN customer_order o ON o.conversation_id = c.id WHERE o.returned_utc IS NOT NULL
"""


def hourly(db: Database, launch_id: int) -> pd.DataFrame:
    """One row an hour, ad and placement in which anything happened: hour (since the Unix epoch, UTC), ad, placement
    and the columns HOURLY. Each event counts in the hour it happened in."""
    insights = pd.DataFrame(
        db.execute(_INSIGHTS, [launch_id]).fetchall(),
        columns=["hour", "ad", "placement", "impressions", "clicks", "spend_micro"],
    )
    events = pd.DataFrame(
        db.execute(_CHATS, [launch_id]).fetchall(), columns=["hour", "ad", "placement", "what", "n", "minor"]
    )
    parts = [insights, *(_counted(events, what) for what in COUNTS[2:])]
    frame = pd.concat([part for part in parts if len(part)] or [insights], ignore_index=True)
    frame = frame.reindex(columns=["hour", "ad", "placement", *HOURLY])
    frame[list(HOURLY)] = frame[list(HOURLY)].fillna(0).astype("int64")
    return frame.astype({"hour": "int64"})


def _counted(events: pd.DataFrame, what: str) -> pd.DataFrame:
    chosen = events[events["what"] == what]
    part = chosen[["hour", "ad", "placement"]].assign(**{what: chosen["n"]})
    money = {"orders": "order_value_minor", "delivered": "revenue_minor"}.get(what)
    return part.assign(**{money: chosen["minor"]}) if money else part


def waits_minutes(db: Database, launch_id: int) -> pd.DataFrame:
    """One row an answered conversation: hour it began in, ad, placement, minutes to the first reply."""
    rows = db.execute(
        "SELECT unixepoch(started_utc) / 3600, ad, placement, (unixepoch(replied_utc) - unixepoch(started_utc)) / 60.0 "
        "FROM conversation WHERE launch_id = ? AND replied_utc IS NOT NULL",
        [launch_id],
    ).fetchall()
    return pd.DataFrame(rows, columns=["hour", "ad", "placement", "minutes"]).astype({"minutes": "float64"})


def reach(db: Database, launch_id: int) -> pd.DataFrame:
    """Different people reached so far at the end of each hour: scope ("all" or a placement), hour, people."""
    rows = db.execute(
        "SELECT scope, hour, reach FROM insights_reach WHERE launch_id = ? ORDER BY scope, hour", [launch_id]
    ).fetchall()
    return pd.DataFrame(rows, columns=["scope", "hour", "people"])


def local(hour: int, zone_name: str) -> datetime:
    """The hour on the clock of the zone."""
    return datetime.fromtimestamp(hour * 3600, ZoneInfo(zone_name))
