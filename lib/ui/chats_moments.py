"""Where time stands for each conversation: simulated launches have clocks of their own."""

from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from lib.launch import edits
from lib.launch.launches import Launch, list_launches


def moments(db: Database, shop_id: str, now: datetime) -> tuple[dict[int, datetime], bool]:
    """The moment of each simulated launch that has begun and is not over, and whether any of their clocks runs."""
    found: dict[int, datetime] = {}
    runs = False
    for launch in list_launches(db, shop_id):
        here = edits.progress(db, launch.id, now) if launch.running else None
        if here is None or here.ended:
            continue
        found[launch.id] = start_of(launch) + timedelta(seconds=max(0, here.seconds))
        runs = runs or here.segments[-1].speed > 0
    return found, runs


def start_of(launch: Launch) -> datetime:
    return datetime.fromtimestamp(launch.starts_hour * 3600, UTC)
