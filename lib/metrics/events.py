"""What the tables hold about one launch, by hour. The frames and sums of this package are all made of these."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
from sqlite_utils import Database

COUNTS = ("impressions", "clicks", "conversations", "replied", "left", "orders", "delivered", "refused", "returned")
MONEY = ("spend_micro", "order_value_minor", "revenue_minor")
HOURLY = (*COUNTS, *MONEY)

# What happened when: the moment's column, and the columns it counts in.
_EVENTS = (
    ("started_utc", "conversations", None),
    ("replied_utc", "replied", None),
    ("CASE WHEN replied_utc IS NULL THEN left_utc END", "left", None),
    ("ordered_utc", "orders", "order_value_minor"),
    ("delivered_utc", "delivered", "revenue_minor"),
    ("refused_utc", "refused", None),
    ("returned_utc", "returned", None),
)


def _event_sql(moment: str, count: str, money: str | None) -> str:
    adds = {count: "1", money: "total_minor"}
    columns = ", ".join(adds.get(name, "0") for name in HOURLY)
    return f"SELECT unixepoch({moment}) / 3600, ad, placement, {columns} FROM c WHERE {moment} IS NOT NULL"


_INSIGHTS = {"impressions", "clicks", "spend_micro"}
_HOURLY = f"""
    WITH c AS MATERIALIZED (
        SELECT conversation.*, o.total_minor, o.ordered_utc, o.delivered_utc, o.refused_utc, o.returned_utc
        FROM conversation LEFT JOIN customer_order o ON o.conversation_id = conversation.id WHERE launch_id = :id
    ), happened (hour, ad, placement, {", ".join(f'"{name}"' for name in HOURLY)}) AS (
        SELECT hour, ad, placement, {", ".join(name if name in _INSIGHTS else "0" for name in HOURLY)}
        FROM insights_hour WHERE launch_id = :id
        UNION ALL {" UNION ALL ".join(_event_sql(*event) for event in _EVENTS)}
    )
    SELECT hour, ad, placement, {", ".join(f'SUM("{name}")' for name in HOURLY)}
    FROM happened GROUP BY hour, ad, placement ORDER BY hour, ad, placement
"""


def hourly(db: Database, launch_id: int) -> pd.DataFrame:
    """One row an hour, ad and placement in which anything happened: hour (since the Unix epoch, UTC), ad, placement
    and the columns HOURLY. Each event counts in the hour it happened in."""
    rows = db.execute(_HOURLY, {"id": launch_id}).fetchall()
    frame = pd.DataFrame(rows, columns=["hour", "ad", "placement", *HOURLY])
    return frame.astype(dict.fromkeys(("hour", *HOURLY), "int64"))


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
