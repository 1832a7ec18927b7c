"""Stop everything: pauses every ad that may be running, at once and past any queue."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from lib.launch import audit, journal
from lib.launch.adapter import Adapter
from lib.launch.journal import Entry
from lib.launch.launches import list_launches
from lib.store import write_tx

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Ids of launches that are paused now, that were cancelled before they ran, and that could not be reached: those
    are paused as soon as a worker reaches them."""

    paused: tuple[int, ...]
    cancelled: tuple[int, ...]
    failed: tuple[int, ...]


def stop_everything(
    db: Database,
    adapter_for: Callable[[str, str, Database], Adapter | None],
    *,
    by: str,
    now: datetime,
    role: str = "launcher",
) -> Stopped:
    """Needs nothing but the platform's answer and the ids in the journal. A worker that is busy meanwhile finds its
    next step refused: the campaign is switched on last, and a cancelled launch takes no more steps."""
    paused, cancelled, failed = [], [], []
    for launch in list_launches(db):
        if launch.over:
            continue
        with write_tx(db):
            standing = journal.standing_of(db, launch.id)
            cancel = journal.cancellable(standing)
            detail = {"by": by, "everything": True}
            # written first: what a worker is just switching on it pauses right afterwards
            journal.append(db, launch.id, Entry("cancel" if cancel else "pause", "human", now, detail=detail))
        if cancel:
            cancelled.append(launch.id)
            continue
        try:
            adapter = adapter_for(launch.adapter, launch.account_id, db)
            if adapter is None:
                raise LookupError(launch.adapter)
            adapter.set_status(standing.remote["campaign"], "PAUSED")
        except Exception:  # the others must still be stopped
            LOG.exception("launch %s could not be paused", launch.id)
            failed.append(launch.id)
            continue
        paused.append(launch.id)
    told = Stopped(tuple(paused), tuple(cancelled), tuple(failed))
    with write_tx(db):
        after = {"paused": paused, "cancelled": cancelled, "failed": failed}
        audit.record(db, now=now, user=by, role=role, action="stop_everything", on="launches", after=after)
    return told
