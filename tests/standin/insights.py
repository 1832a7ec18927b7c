"""Insights of the stand-in: rows of an hour, ad and placement, added up as Meta's breakdowns do."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone"
NAMES = {
    "facebook_feed": ("facebook", "feed"),
    "instagram_feed": ("instagram", "feed"),
    "facebook_story": ("facebook", "facebook_stories"),
    "instagram_story": ("instagram", "instagram_stories"),
    "facebook_reels": ("facebook", "facebook_reels"),
    "instagram_reels": ("instagram", "instagram_reels"),
    "whatsapp_status": ("whatsapp", "status"),
}


@dataclass
class Brought:
    """What one ad brought on one placement in one hour (since the epoch, UTC)."""

    ad_id: str
    placement: str
    hour: int
    impressions: int
    clicks: int = 0
    started: int = 0
    spend: str = "0"
    reach: int = 0


def rows(brought, query, zone):
    """The rows of one `insights` call."""
    breakdowns = query.get("breakdowns", [])
    sums = defaultdict(lambda: [0, 0, 0, Decimal(0), 0])
    for b in brought:
        local = datetime.fromtimestamp(b.hour * 3600, UTC).astimezone(ZoneInfo(zone))
        day = local.date().isoformat()
        if not query["time_range"]["since"] <= day <= query["time_range"]["until"]:
            continue
        platform, position = NAMES[b.placement]
        key = {
            "ad_id": b.ad_id if query["level"] == "ad" else None,
            "date_start": day if "time_increment" in query else query["time_range"]["since"],
            HOURLY: f"{local:%H}:00:00 - {local:%H}:59:59" if HOURLY in breakdowns else None,
            "publisher_platform": platform if "publisher_platform" in breakdowns else None,
            "platform_position": position if "platform_position" in breakdowns else None,
        }
        into = sums[tuple(key.items())]
        for i, number in enumerate((b.impressions, b.clicks, b.started, Decimal(b.spend), b.reach)):
            into[i] += number
    return [_row({k: v for k, v in key if v is not None}, *told) for key, told in sorted(sums.items(), key=str)]


def _row(key, impressions, clicks, started, spend, reach):
    row = {
        **key,
        "date_stop": key["date_start"],
        "impressions": str(impressions),
        "inline_link_clicks": str(clicks),
        "spend": f"{spend:.2f}",
        "reach": "0" if HOURLY in key else str(reach),
        "actions": [{"action_type": "link_click", "value": str(clicks)}] if clicks else [],
    }
    if started:
        # they nest: the same people, told four times
        row["actions"] += [
            {"action_type": "onsite_conversion.messaging_conversation_started_7d", "value": str(started)},
            {"action_type": "onsite_conversion.messaging_first_reply", "value": str(started)},
            {"action_type": "onsite_conversion.total_messaging_connection", "value": str(started + 1)},
        ]
    return row


def simulated(db_path, key, hours, ads):
    """What the exact engine brings for the launch of that key within so many hours: the simulated platform's truth."""
    from lib.launch.edits import Progress
    from lib.launch.engine_run import EngineRuns
    from lib.launch.launches import get_launch
    from lib.store import open_database

    with open_database(db_path) as db:
        found = db.execute("SELECT id FROM launch WHERE key = ?", [key]).fetchone()
        launch = get_launch(db, found[0])
        told = EngineRuns().results(db, launch.id, 0, Progress(hours * 3600, launch.hours, ()))
    ad_of = {creative.name: ad for creative, ad in zip(launch.plan.creatives, ads, strict=True)}
    return [
        Brought(ad_of[c.ad], c.placement, c.hour, c.impressions, c.clicks, c.conversations, _money(c.spend_micro))
        for c in (told.cells if told else ())
    ]


def _money(micro):
    return f"{Decimal(micro) / 1_000_000:.2f}"
