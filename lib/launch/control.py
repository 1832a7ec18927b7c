"""What scripts ask of launches, as plain data: a dry run, how one stands, and stopping all of them."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from lib.ads.plan import Plan
from lib.launch import guards, journal, launches
from lib.launch.meta_dry_run import dry_run
from lib.launch.meta_settings import Settings, read_settings
from lib.launch.platforms import Platforms
from lib.launch.stop import stop_everything
from lib.store import utc_text


def dry_run_data(plan: Plan, settings: Settings | None = None, account_id: str = "") -> dict[str, Any]:
    """The calls a launch on Meta would make. Needs neither an account nor the switch to be on."""
    settings = settings or read_settings()
    connection = settings.accounts.get(account_id) or next(iter(settings.accounts.values()), None)
    told = dry_run(plan, connection=connection, settings=settings)
    zone = connection.timezone if connection else ""
    return {
        "adapter": "meta",
        "account": connection.account_id if connection else None,
        "currency": plan.currency,
        "worst_case_minor": asdict(guards.worst_case(plan, account_zone=zone)),
        "refused": [{"step": step, "reason": reason} for step, reason in told.refused],
        "requests": told.as_data(),
        "curl": told.as_curl(),
    }


def status(db: Database, launch_id: int) -> dict[str, Any]:
    """How a launch stands and every step so far, from its journal. Raises launches.NoLaunch."""
    launch = launches.get_launch(db, launch_id)
    standing = journal.standing_of(db, launch_id)
    return {
        "launch": launch.id,
        "key": launch.key,
        "adapter": launch.adapter,
        "account": launch.account_id,
        "state": standing.state,
        "reason": standing.reason,
        "detail": dict(standing.detail),
        "unknown": standing.unknown_since is not None,
        "waiting_until": utc_text(standing.retry_at) if standing.retry_at else None,
        "ordered": [entry.step for entry in standing.wanted],
        "ids": dict(standing.remote),
        "currency": launch.currency,
        "cap_minor": launch.cap_minor,
        "journal": [
            {
                "at": utc_text(entry.at),
                "step": entry.step,
                "kind": entry.kind,
                "id": entry.remote_id,
                "code": entry.code,
                "subcode": entry.subcode,
                "trace_id": entry.trace_id,
                "reason": entry.detail.get("reason"),
            }
            for entry in journal.entries_of(db, launch_id)
        ],
    }


def pause(db: Database, launch_id: int, *, by: str, now: datetime) -> dict[str, Any]:
    """Orders the pause; a worker carries it out. Raises launches.NoLaunch, launches.NotNow."""
    launches.order(db, launch_id, "pause", by=by, now=now)
    return status(db, launch_id)


def stop_all(db: Database, *, by: str, clock: Callable[[], datetime]) -> dict[str, Any]:
    """Pauses every ad that may be running, at once and without a worker."""
    told = stop_everything(db, Platforms(clock), by=by, now=clock())
    return {name: list(ids) for name, ids in asdict(told).items()}
