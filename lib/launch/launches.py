"""Launches: confirmed once, read by everybody, steered by orders. The platform itself is the worker's business."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlite_utils import Database

from lib.ads.plan import Plan, load_plan
from lib.launch import audit, clock, edits, guards, journal
from lib.launch.guards import Caps
from lib.launch.journal import Entry
from lib.launch.objects import new_key
from lib.store import parse_utc, utc_text, write_tx

SIMULATED_ACCOUNT = "act_simulated"
SEED_BITS = 62
Action = Literal["pause", "resume", "end", "cancel", "continue"]


class NoLaunch(LookupError):
    """There is no launch of that id."""


class NotNow(RuntimeError):
    """The launch is not in a state in which this can be done. `state` says which it is in."""

    def __init__(self, action: str, state: str) -> None:
        super().__init__(f"{action} while {state}")
        self.action, self.state = action, state


@dataclass(frozen=True, slots=True)
class Launch:
    """A row of the table. `starts_hour` counts hours since the Unix epoch, `hours` is the plan's length."""

    id: int
    key: str
    draft_id: str
    shop_id: str
    retailer_id: str
    name: str
    adapter: str
    account_id: str
    currency: str
    daily_minor: int
    cap_minor: int
    spec_json: str
    spec_sha256: str
    starts_hour: int
    hours: int
    seed: int
    state: str
    reason: str | None
    forecast_json: str | None
    created_by: str
    confirmed: datetime
    archived: datetime | None

    @property
    def plan(self) -> Plan:
        """The frozen plan. Raises lib.ads.plan.BadPlan when the stored text is not what was confirmed."""
        return _read_plan(self.spec_json, self.spec_sha256)

    @property
    def running(self) -> bool:
        return self.state in journal.RUNNING

    @property
    def over(self) -> bool:
        return self.state in journal.TERMINAL


@lru_cache(maxsize=128)
def _read_plan(text: str, sha256: str) -> Plan:
    return load_plan(text, sha256)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`fresh` is False when the plan had been launched already: this is the launch it became then."""

    launch: Launch
    fresh: bool


def confirm(
    db: Database,
    plan: Plan,
    *,
    by: str,
    now: datetime,
    role: str = "launcher",
    adapter: str = "simulated",
    account_id: str = SIMULATED_ACCOUNT,
    forecast_json: str | None = None,
    caps: Caps | None = None,
    again: bool = False,
    key: str | None = None,
    seed: int | None = None,
    held_by: str | None = None,
    worst: guards.WorstCase | None = None,
) -> Confirmed:
    """Writes the launch, its first journal entry, its reservation and the audit row in one transaction.

    A second confirmation of the same plan, whoever sends it, gives the launch of the first; so does any confirmation
    while a launch of the draft is open. `again` allows the same plan once more after its launch failed or ended.
    `forecast_json` is kept as it is, to be scored later. `held_by` keeps other workers away (leases.HELD).
    `worst` is what to set aside: the plan's own worst case unless given. Raises guards.CapExceeded, guards.CapsMissing.
    """
    caps, worst = guards.caps_for(adapter, caps), worst or guards.worst_case(plan, account_zone=plan.timezone)
    key = key or new_key()
    row = {
        "key": key,
        "draft_id": plan.draft_id,
        "shop_id": plan.shop_id,
        "retailer_id": plan.retailer_id,
        "name": plan.name,
        "adapter": adapter,
        "account_id": account_id,
        "currency": plan.currency,
        "daily_minor": plan.daily_minor,
        "cap_minor": worst.run_minor,
        "spec_json": plan.canonical_json(),
        "spec_sha256": plan.sha256,
        "starts_hour": plan.start_hour,
        "hours": plan.end_hour - plan.start_hour,
        "seed": _seed_of(key) if seed is None else seed,
        "state": "DRAFT",
        "forecast_json": forecast_json,
        "lease_owner": held_by,
        "created_by": by,
        "confirmed_utc": utc_text(now),
    }
    with write_tx(db):
        if not again and (earlier := _confirmed_before(db, plan)):
            return Confirmed(earlier, fresh=False)
        written = db.conn.execute(
            f"INSERT INTO launch ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) ON CONFLICT DO NOTHING",
            list(row.values()),
        )
        if written.rowcount != 1:
            return Confirmed(_live_of(db, plan.draft_id), fresh=False)
        launch_id = int(written.lastrowid or 0)
        guards.reserve(db, launch_id, account_id, worst.run_minor, caps, worst.day_minor)
        journal.append(db, launch_id, Entry("confirm", "human", now, detail={"by": by}))
        after = {"plan": plan.sha256, "cap_minor": worst.run_minor, "currency": plan.currency, "adapter": adapter}
        audit.record(db, now=now, user=by, role=role, action="launch.confirm", on=f"launch/{launch_id}", after=after)
    return Confirmed(get_launch(db, launch_id), fresh=True)


def _seed_of(key: str) -> int:
    return int.from_bytes(key.encode(), "big") % (1 << SEED_BITS)


def _confirmed_before(db: Database, plan: Plan) -> Launch | None:
    rows = db.query(
        "SELECT * FROM launch WHERE draft_id = ? AND spec_sha256 = ? ORDER BY id DESC LIMIT 1",
        [plan.draft_id, plan.sha256],
    )
    return next((_launch(row) for row in rows), None)


def _live_of(db: Database, draft_id: str) -> Launch:
    rows = db.query(
        "SELECT * FROM launch WHERE draft_id = ? AND state NOT IN ('FAILED', 'CANCELLED', 'ENDED')", [draft_id]
    )
    return _launch(next(iter(rows)))


def get_launch(db: Database, launch_id: int) -> Launch:
    """Raises NoLaunch."""
    for row in db.query("SELECT * FROM launch WHERE id = ?", [launch_id]):
        return _launch(row)
    raise NoLaunch(launch_id)


def list_launches(db: Database, shop_id: str | None = None, *, archived: bool = False) -> tuple[Launch, ...]:
    """Newest first."""
    rows = db.query(
        "SELECT * FROM launch WHERE (archived_utc IS NOT NULL) = ? AND shop_id = COALESCE(?, shop_id) "
        "ORDER BY confirmed_utc DESC, id DESC",
        [int(archived), shop_id],
    )
    return tuple(_launch(row) for row in rows)


def order(db: Database, launch_id: int, action: Action, *, by: str, now: datetime, role: str = "launcher") -> Launch:
    """Writes down what somebody wants of the launch; the worker carries it out. Raises NotNow, NoLaunch.

    Ordering what is already so, or already ordered, changes nothing. Pausing or ending a launch that was halted while
    it ran lets it go on with that.
    """
    with write_tx(db):
        launch = get_launch(db, launch_id)
        standing = journal.standing_of(db, launch_id)
        if _is_so(action, standing):
            return launch
        if not _allowed(action, standing):
            raise NotNow(action, launch.state)
        journal.append(db, launch_id, Entry(action, "human", now, detail={"by": by}))
        audit.record(
            db,
            now=now,
            user=by,
            role=role,
            action=f"launch.{action}",
            on=f"launch/{launch_id}",
            before={"state": launch.state},
        )
    return get_launch(db, launch_id)


def _allowed(action: str, standing: journal.Standing) -> bool:
    if action in journal.REMOTE_ACTIONS:
        return journal.steerable(standing)
    if action == "cancel":
        return journal.cancellable(standing)
    return standing.state == "NEEDS_REVIEW"


def _is_so(action: str, standing: journal.Standing) -> bool:
    if action in ("pause", "resume"):
        last = next((w.step for w in reversed(standing.wanted) if w.step in ("pause", "resume")), None)
        coming = {"pause": "PAUSED", "resume": "LIVE"}.get(last or "", standing.state)
        return coming == {"pause": "PAUSED", "resume": "LIVE"}[action]
    ordered = {w.step for w in standing.wanted}
    over = {"end": "ENDED", "cancel": "CANCELLED"}.get(action)
    return action in ordered or (over is not None and standing.state == over)


def change_budget(
    db: Database,
    launch_id: int,
    amount_minor: int,
    *,
    by: str,
    now: datetime,
    role: str = "launcher",
    caps: Caps | None = None,
) -> Launch:
    """Orders another amount for the same kind of budget and reserves what it may cost.

    Raises NotNow, guards.CapExceeded, guards.CapsMissing.
    """
    if amount_minor <= 0:
        raise ValueError("a budget is more than nothing")
    with write_tx(db):
        launch = get_launch(db, launch_id)
        caps = guards.caps_for(launch.adapter, caps)
        if not launch.running:
            raise NotNow("budget", launch.state)
        changed = _with_budget(launch.plan, amount_minor)
        # what was spent under the old amount stays spent: the larger of the two is set aside
        new = guards.worst_case(changed, account_zone=_account_zone(launch))
        worst = max(new.run_minor, launch.cap_minor)
        guards.reserve(db, launch_id, launch.account_id, worst, caps, new.day_minor)
        db.conn.execute(
            "UPDATE launch SET daily_minor = ?, cap_minor = ? WHERE id = ?", [changed.daily_minor, worst, launch_id]
        )
        detail = {"by": by, "kind": changed.budget.kind, "amount_minor": amount_minor}
        journal.append(db, launch_id, Entry("budget", "human", now, detail=detail))
        audit.record(
            db,
            now=now,
            user=by,
            role=role,
            action="launch.budget",
            on=f"launch/{launch_id}",
            before={"daily_minor": launch.daily_minor, "cap_minor": launch.cap_minor},
            after=detail,
        )
    return get_launch(db, launch_id)


def _account_zone(launch: Launch) -> str:
    """As far as it can be told here: a real account's is taken as unknown."""
    return launch.plan.timezone if launch.adapter == guards.SIMULATED else ""


def _with_budget(plan: Plan, amount_minor: int) -> Plan:
    return plan.model_copy(update={"budget": plan.budget.model_copy(update={"amount_minor": amount_minor})})


def change_desk(
    db: Database,
    launch_id: int,
    agents: Sequence[int],
    chats_each: int,
    bot_share: float,
    *,
    by: str,
    now: datetime,
    role: str = "launcher",
) -> int:
    """Another desk for a simulated launch; gives the hour of the plan it works from. Raises NotNow."""
    if len(agents) != 168 or min(agents) < 0 or chats_each < 1 or not 0 <= bot_share <= 1:
        raise ValueError("a desk has 168 hours, at least one chat each and a share between 0 and 1")
    value = {"agents": list(agents), "chats_each": chats_each, "bot_share": bot_share}
    with write_tx(db):
        launch = get_launch(db, launch_id)
        if not launch.running:
            raise NotNow("desk", launch.state)
        hour = edits.add_edit(db, launch_id, "desk", value, now)
        audit.record(
            db,
            now=now,
            user=by,
            role=role,
            action="launch.desk",
            on=f"launch/{launch_id}",
            after={"hour": hour, **value},
        )
    return hour


def archive(db: Database, launch_id: int, *, now: datetime) -> None:
    """Out of the lists; nothing is deleted. Raises NotNow while it could still spend."""
    with write_tx(db):
        launch = get_launch(db, launch_id)
        if not launch.over:
            raise NotNow("archive", launch.state)
        db.conn.execute(
            "UPDATE launch SET archived_utc = COALESCE(archived_utc, ?) WHERE id = ?", [utc_text(now), launch_id]
        )


def unarchive(db: Database, launch_id: int) -> None:
    with write_tx(db):
        db.conn.execute("UPDATE launch SET archived_utc = NULL WHERE id = ?", [launch_id])


def set_speed(db: Database, launch_id: int, speed: float, *, now: datetime) -> None:
    """Simulated seconds a wall second; 0 lets the clock stand. Raises NotNow without a running clock."""
    _turn(db, launch_id, "speed", now, lambda segments, end_s: clock.with_speed(segments, now, end_s, speed))


def go_on(db: Database, launch_id: int, *, now: datetime) -> None:
    """Lets a standing clock run at the speed it had before."""
    _turn(
        db,
        launch_id,
        "speed",
        now,
        lambda segments, end_s: clock.with_speed(segments, now, end_s, clock.last_speed(segments)),
    )


def jump(db: Database, launch_id: int, to_hour: int | None = None, *, now: datetime) -> None:
    """Forward to an hour of the plan, or to its end."""
    _turn(
        db,
        launch_id,
        "jump",
        now,
        lambda segments, end_s: clock.with_jump(
            segments, now, end_s, end_s if to_hour is None else to_hour * clock.HOUR
        ),
    )


def _turn(db: Database, launch_id: int, action: str, now: datetime, turn: Any) -> None:
    with write_tx(db):
        launch = get_launch(db, launch_id)
        here = edits.progress(db, launch_id, now)
        if here is None or not launch.running:
            raise NotNow(action, launch.state)
        clock.add_segment(db, launch_id, turn(here.segments, here.end_hour * clock.HOUR))


def _launch(row: dict[str, Any]) -> Launch:
    plain = {name: row[name] for name in Launch.__slots__ if name in row}
    return Launch(
        **plain,
        confirmed=parse_utc(row["confirmed_utc"]),
        archived=None if row["archived_utc"] is None else parse_utc(row["archived_utc"]),
    )


def forecast_of(launch: Launch) -> dict[str, Any] | None:
    """The forecast frozen at confirmation, as data."""
    return None if launch.forecast_json is None else json.loads(launch.forecast_json)
