"""What was about to be done for a launch and what came of it, in order, never changed afterwards.

The launch's state is a projection of its journal and nothing else: `append` writes an entry and the state it leads to
in one transaction, and replaying the entries gives the same state again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlite_utils import Database

from lib.store import parse_utc, utc_text

Kind = Literal["intent", "done", "unknown", "rejected", "found", "human"]
TERMINAL = frozenset({"FAILED", "CANCELLED", "ENDED"})
RUNNING = frozenset({"LIVE", "PAUSED"})
REMOTE_ACTIONS = frozenset({"pause", "resume", "end", "budget"})
HALTABLE = frozenset({"VALIDATING", "CREATING", "VERIFYING", "ACTIVATING", "CONFIRMED", *RUNNING})


class StaleFence(RuntimeError):
    """Somebody else has taken the launch over; this worker must let go."""


@dataclass(frozen=True, slots=True)
class Entry:
    step: str
    kind: Kind
    at: datetime
    fence: int = 0
    remote_id: str | None = None
    code: int | None = None
    subcode: int | None = None
    request_sha256: str | None = None
    http: int | None = None
    trace_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What a journal says so far.

    `open_step` has an intent without an outcome, `unknown_since` is when its answer got lost, `misses` are the times
    a look-up for it found nothing, `wanted` are people's orders not carried out yet, oldest first.
    """

    state: str = "DRAFT"
    reason: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    remote: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    done: frozenset[str] = frozenset()
    open_step: str | None = None
    unknown_since: datetime | None = None
    misses: tuple[datetime, ...] = ()
    tries: int = 0
    retry_at: datetime | None = None
    recreated: frozenset[str] = frozenset()
    wanted: tuple[Entry, ...] = ()
    before_halt: str | None = None


def project(entries: Iterable[Entry]) -> Standing:
    standing = Standing()
    for entry in entries:
        standing = advance(standing, entry)
    return standing


def advance(s: Standing, e: Entry) -> Standing:
    """The standing after one more entry. An entry that does not fit the state changes nothing."""
    if s.state in TERMINAL:
        return s
    return _BY_KIND[e.kind](s, e)


def _human(s: Standing, e: Entry) -> Standing:
    if e.step == "confirm" and s.state == "DRAFT":
        return replace(s, state="CONFIRMED")
    if e.step == "cancel" and cancellable(s):
        return replace(s, state="CANCELLED")
    if e.step == "continue":
        return _going_on(s)
    if e.step in REMOTE_ACTIONS and steerable(s):
        # whoever halted it, an ad that may be running can always be paused or ended
        return replace(_going_on(s), wanted=(*s.wanted, e))
    return s


def cancellable(s: Standing) -> bool:
    """Whether nothing of it can be running yet."""
    return (s.before_halt or s.state) in {"CONFIRMED", "VALIDATING", "CREATING", "VERIFYING"}


def steerable(s: Standing) -> bool:
    """Whether it may be running: from the first switch that is turned on."""
    return (s.before_halt or s.state) in {"ACTIVATING", *RUNNING}


def _going_on(s: Standing) -> Standing:
    """As before the halt: a person has looked, so what was tried before no longer counts."""
    if s.state != "NEEDS_REVIEW":
        return s
    return replace(
        s,
        state=s.before_halt or "CREATING",
        reason=None,
        detail={},
        before_halt=None,
        tries=0,
        retry_at=None,
        recreated=frozenset(),
    )


def _intent(s: Standing, e: Entry) -> Standing:
    if s.state == "NEEDS_REVIEW":  # halted while a worker was about to begin: it must not
        return s
    opened = replace(s, open_step=e.step, unknown_since=None, misses=(), retry_at=None)
    if e.detail.get("again"):
        opened = replace(opened, recreated=s.recreated | {e.step})
    phase = _phase(e.step)
    return replace(opened, state=phase) if phase and s.state not in RUNNING else opened


def _phase(step: str) -> str | None:
    if step == "validate":
        return "VALIDATING"
    if step.split("/")[0] in {"campaign", "adset", "image", "creative", "ad"}:
        return "CREATING"
    if step == "verify":
        return "VERIFYING"
    return "ACTIVATING" if step.startswith("activate/") else None


def _done(s: Standing, e: Entry) -> Standing:
    s = replace(s, open_step=None, unknown_since=None, misses=(), tries=0, retry_at=None, done=s.done | {e.step})
    if e.remote_id:
        s = replace(s, remote=MappingProxyType({**s.remote, e.step: e.remote_id}))
    if e.step == "activate/campaign":
        return replace(s, before_halt="LIVE") if s.state == "NEEDS_REVIEW" else replace(s, state="LIVE")
    if e.step in REMOTE_ACTIONS:
        rest = tuple(w for w in s.wanted if w.id != e.detail.get("order"))
        state = {"pause": "PAUSED", "resume": "LIVE", "end": "ENDED"}.get(e.step, s.state)
        return replace(s, state=state, wanted=rest)
    return s


def _found(s: Standing, e: Entry) -> Standing:
    if e.step == "review":
        if e.detail.get("verdict") == "refused":
            return replace(s, state="FAILED", reason="refused_by_review", detail=e.detail)
        return replace(s, done=s.done | {"review"})
    if e.step == "end" and s.state in RUNNING:
        return replace(s, state="ENDED")
    if e.remote_id:
        return _done(s, e)
    if e.step != s.open_step:
        return s
    if again := e.detail.get("retry_at"):
        return replace(s, tries=s.tries + 1, retry_at=parse_utc(again))
    return replace(s, misses=(*s.misses, e.at))


def _unknown(s: Standing, e: Entry) -> Standing:
    if e.step == "halt":
        return _halted(s, e)
    again = e.detail.get("retry_at")
    return replace(
        s,
        open_step=e.step,
        unknown_since=e.at,
        misses=(),
        tries=s.tries + 1,
        retry_at=parse_utc(again) if again else None,
    )


def _halted(s: Standing, e: Entry) -> Standing:
    if s.state not in HALTABLE:
        return s
    return replace(
        s, state="NEEDS_REVIEW", reason=str(e.detail.get("reason", "unknown")), detail=e.detail, before_halt=s.state
    )


def _rejected(s: Standing, e: Entry) -> Standing:
    """Surely not done. With a time to try again it is a delay, without one it is the end of the launch."""
    again = e.detail.get("retry_at")
    s = replace(s, open_step=None, unknown_since=None, misses=())
    if again:
        return replace(s, tries=s.tries + 1, retry_at=parse_utc(again))
    if e.step in REMOTE_ACTIONS:
        rest = tuple(w for w in s.wanted if w.id != e.detail.get("order"))
        return replace(s, tries=0, wanted=rest)
    return replace(s, state="FAILED", reason=str(e.detail.get("reason", "rejected")), detail=e.detail)


_BY_KIND = {
    "human": _human,
    "intent": _intent,
    "done": _done,
    "found": _found,
    "unknown": _unknown,
    "rejected": _rejected,
}

_COLUMNS = "step, kind, fence, request_sha256, remote_id, http, code, subcode, trace_id, detail_json, ts_utc"


def entries_of(db: Database, launch_id: int) -> list[Entry]:
    rows = db.execute(f"SELECT id, {_COLUMNS} FROM journal WHERE launch_id = ? ORDER BY id", [launch_id]).fetchall()
    return [
        Entry(
            id=row[0],
            step=row[1],
            kind=row[2],
            fence=row[3],
            request_sha256=row[4],
            remote_id=row[5],
            http=row[6],
            code=row[7],
            subcode=row[8],
            trace_id=row[9],
            detail=json.loads(row[10] or "{}"),
            at=parse_utc(row[11]),
        )
        for row in rows
    ]


def standing_of(db: Database, launch_id: int) -> Standing:
    return project(entries_of(db, launch_id))


def append(db: Database, launch_id: int, entry: Entry, *, fence: int | None = None) -> Standing:
    """Writes the entry and the state it leads to, inside the caller's write transaction.

    A worker passes the fence of its lease: raises StaleFence when somebody has taken the launch over since.
    """
    current = db.execute("SELECT fence FROM launch WHERE id = ?", [launch_id]).fetchone()
    if current is None or (fence is not None and current[0] != fence):
        raise StaleFence(f"launch {launch_id}: fence {fence}, now {current and current[0]}")
    db.conn.execute(
        f"INSERT INTO journal (launch_id, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            launch_id,
            entry.step,
            entry.kind,
            current[0],
            entry.request_sha256,
            entry.remote_id,
            entry.http,
            entry.code,
            entry.subcode,
            entry.trace_id,
            json.dumps(dict(entry.detail), ensure_ascii=False, sort_keys=True),
            utc_text(entry.at),
        ],
    )
    standing = standing_of(db, launch_id)
    db.conn.execute(
        "UPDATE launch SET state = ?, reason = ? WHERE id = ?", [standing.state, standing.reason, launch_id]
    )
    if standing.state in TERMINAL:
        db.conn.execute(
            "UPDATE reservation SET released_at = ? WHERE launch_id = ? AND released_at IS NULL",
            [utc_text(entry.at), launch_id],
        )
    return standing
