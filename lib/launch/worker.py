"""The worker: finds launches with something to do and gives each a turn. A thread of the app, or a process of its own.

Several may run at once; each launch is worked on by one of them at a time.
"""

import logging
import os
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from lib.launch import edits, journal, leases
from lib.launch.adapter import Adapter
from lib.launch.driver import Driver
from lib.launch.platforms import SIMULATED, Platforms
from lib.launch.redact import protect_logging
from lib.store import open_database

LOG = logging.getLogger(__name__)
IDLE_S = 0.1
LOOKS_A_TICK = 20
REST = timedelta(seconds=60)  # for a launch whose turn ended in a program error
_LOOKED_AT = frozenset({*journal.RUNNING, "ENDED"})
_WORKED_ON = "'CONFIRMED', 'VALIDATING', 'CREATING', 'VERIFYING', 'ACTIVATING', 'LIVE', 'PAUSED'"

AdapterFor = Callable[[str, str, Database], Adapter | None]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Worker:
    """`adapter_for` gives the adapter of a name and account on this worker's connection, None while it is switched off.

    `only` restricts the worker to one launch.
    """

    def __init__(
        self,
        *,
        owner: str | None = None,
        clock_now: Callable[[], datetime] = utc_now,
        adapter_for: AdapterFor | None = None,
        only: int | None = None,
    ) -> None:
        self._owner = owner or f"{os.getpid()}.{secrets.token_hex(4)}"
        self._now = clock_now
        self._adapter_for = adapter_for or Platforms(clock_now)
        self._resting: dict[int, datetime] = {}
        self._only = only
        self._heard = 0  # the newest journal entry of a person's that was seen

    def tick(self, db: Database) -> bool:
        """One turn for each launch that needs one. True when anything moved."""
        moved = False
        for launch_id, adapter_name, account_id in self._due(db):
            moved = self._turn(db, launch_id, adapter_name, account_id) or moved
        return moved

    def run(self, stop: threading.Event, path: Path | str | None = None, idle_s: float = IDLE_S) -> None:
        """Until `stop` is set. Trouble with the database is logged and tried again."""
        protect_logging()
        while not stop.is_set():
            try:
                with open_database(path) as db:
                    while not stop.is_set():
                        if not self.tick(db):
                            stop.wait(idle_s)
            except Exception:  # the worker outlives a full disk and a locked file
                LOG.exception("the worker starts again")
                stop.wait(1.0)

    def _due(self, db: Database) -> list[tuple[int, str, str]]:
        rows = db.execute(
            "SELECT l.id, l.adapter, l.account_id, l.state, COALESCE(s.hour, 0) "
            "FROM launch l LEFT JOIN synced s ON s.launch_id = l.id "
            f"WHERE (l.state IN ({_WORKED_ON}) OR (l.state = 'ENDED' AND COALESCE(s.final, 0) = 0)) "
            "AND (COALESCE(l.lease_owner, '') NOT LIKE ? OR l.lease_owner = ?) ORDER BY l.id",
            [f"{leases.HELD}%", self._owner],
        ).fetchall()
        if self._only is not None:
            rows = [row for row in rows if row[0] == self._only]
        now, ordered = self._now(), self._newly_ordered(db)
        due = [
            (launch_id, adapter, account_id, state)
            for launch_id, adapter, account_id, state, hour in rows
            if self._resting.get(launch_id, now) <= now and self._has_work(db, launch_id, adapter, state, hour, now)
        ]
        # looking at ads that run, one call after the other, must not keep orders and launches waiting
        looks = [d for d in due if d[1] != SIMULATED and d[3] in _LOOKED_AT and d[0] not in ordered]
        later = {d[0] for d in looks[LOOKS_A_TICK:]}
        first = [d for d in due if d not in looks]
        return [d[:3] for d in [*first, *looks] if d[0] not in later]

    def _newly_ordered(self, db: Database) -> set[int]:
        """Launches a person has ordered something of since the last look: those rest no longer."""
        rows = db.execute("SELECT id, launch_id FROM journal WHERE id > ? AND kind = 'human'", [self._heard]).fetchall()
        self._heard = max([self._heard, *(row[0] for row in rows)])
        for _, launch_id in rows:
            self._resting.pop(launch_id, None)
        return {launch_id for _, launch_id in rows}

    def _has_work(self, db: Database, launch_id: int, adapter: str, state: str, hour: int, now: datetime) -> bool:
        if state not in _LOOKED_AT or adapter != SIMULATED:
            return True
        here = edits.progress(db, launch_id, now)
        if here is not None and (here.visible_hours > hour or here.ended):
            return True
        standing = journal.standing_of(db, launch_id)
        return bool(standing.wanted) or ("review" not in standing.done and here is not None and here.seconds >= 0)

    def _turn(self, db: Database, launch_id: int, adapter_name: str, account_id: str) -> bool:
        adapter = self._adapter_for(adapter_name, account_id, db)
        if adapter is None:
            return False
        lease = leases.claim(db, launch_id, self._owner, self._now())
        if lease is None:
            return False
        driver = Driver(db, lease, adapter)
        try:
            moved = driver.run()
        except journal.StaleFence:
            LOG.warning("launch %s was taken over", launch_id)
            return False
        rest = self._now() + REST if driver.broken else driver.rest_until
        if rest is None:
            self._resting.pop(launch_id, None)
        else:
            self._resting[launch_id] = rest
        leases.release(db, lease)
        return moved


def in_background(path: Path | str | None = None) -> tuple[threading.Thread, threading.Event]:
    """A started worker thread and the event that stops it."""
    stop = threading.Event()
    thread = threading.Thread(target=Worker().run, args=(stop, path), name="launch-worker", daemon=True)
    thread.start()
    return thread, stop
