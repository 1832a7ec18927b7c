"""Carries one launch forward, step by step: intent before, outcome after, and never a second try in the dark."""

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from lib.ads.placements import forbidden_places
from lib.ads.plan import BadPlan, Plan
from lib.launch import journal, leases, sync
from lib.launch.adapter import Adapter, Barred, NotSent, NotThereYet, Outcome, Rejected, Status, Throttled, Unknown
from lib.launch.journal import Entry, Standing
from lib.launch.launches import Launch, get_launch
from lib.launch.leases import Lease
from lib.launch.objects import (
    activation_of,
    all_steps,
    differences,
    foreign_places,
    object_fields,
    steps_of,
    tag,
    tagged_name,
)
from lib.store import utc_text, write_tx

LOG = logging.getLogger(__name__)
STATUS_OF: dict[str, Status] = {"pause": "PAUSED", "end": "ARCHIVED"}


class Differs(Exception):
    """What stands on the platform is not what was asked for."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class Driver:
    """One worker's turn with one launch, under its lease."""

    def __init__(self, db: Database, lease: Lease, adapter: Adapter) -> None:
        self._db, self._lease, self._adapter = db, lease, adapter
        self._launch: Launch = get_launch(db, lease.launch_id)
        self.broken = False
        self.rest_until: datetime | None = None  # nothing to do before

    def run(self) -> bool:
        """As far as it goes now. True when anything was done. Raises journal.StaleFence once the lease is lost."""
        try:
            return self._run()
        except journal.StaleFence:
            raise
        except Exception as broken:  # one bad launch must not stop the others
            LOG.exception("launch %s needs a look", self._launch.id)
            self.broken = True
            self._halt("program_error", error=type(broken).__name__)
            return True

    def _run(self) -> bool:
        if not self._trustworthy():
            return True
        moved = False
        while (standing := self._standing()).state not in {*journal.TERMINAL, "NEEDS_REVIEW"}:
            if standing.retry_at and self._adapter.now() < standing.retry_at:
                self.rest_until = standing.retry_at
                return moved
            step = self._next_step(standing)
            if step is None:
                break
            if not self._take(standing, step):
                return moved
            moved = True
        return self._follow() or moved

    def _trustworthy(self) -> bool:
        """The stored plan must be the one that was confirmed."""
        if self._launch.over:
            return True
        try:
            self._plan: Plan = self._launch.plan
        except BadPlan:
            self._halt("plan_changed")
            return False
        return True

    def _standing(self) -> Standing:
        return journal.standing_of(self._db, self._launch.id)

    def _next_step(self, standing: Standing) -> str | None:
        if standing.wanted and journal.steerable(standing):
            # before anything else: a pause must not wait for the rest to be switched on
            return standing.wanted[0].step
        if standing.open_step:
            return standing.open_step
        if standing.state in journal.RUNNING:
            return None
        return next((step for step in all_steps(self._plan) if step not in standing.done), None)

    def _take(self, standing: Standing, step: str) -> bool:
        """One attempt at the step. False when there is nothing to do but wait."""
        if standing.tries > self._adapter.waits.tries:
            self._halt("too_many_tries", step=step)
            return True
        if _creates(step) and standing.open_step == step:
            return self._look_for(standing, step)
        return self._attempt(standing, step)

    def _attempt(self, standing: Standing, step: str, *, again: bool = False) -> bool:
        order = next((w for w in standing.wanted if w.step == step), None)
        call, request = self._call(standing, step, order)
        detail = {"again": True} if again else {}
        if self._write(step, "intent", request_sha256=_digest(request), detail=detail).open_step != step:
            return False  # somebody cancelled in between
        extra = {"order": order.id} if order else {}
        try:
            remote_id = call()
        except Differs as wrong:
            self._halt("differs", fields=wrong.fields)
        except Outcome as outcome:
            self._came_out(standing, step, outcome, extra)
        except Exception as strange:  # whatever an adapter lets through, the answer was not read
            LOG.warning("launch %s, %s: %s", self._launch.id, step, type(strange).__name__)
            self._came_out(standing, step, Unknown("strange_answer"), extra)
        else:
            self._write(step, "done", remote_id=remote_id, detail=extra)
        return True

    def _call(self, standing: Standing, step: str, order: Entry | None) -> tuple[Callable[[], str | None], Any]:
        adapter = self._adapter
        if step == "validate":
            return (lambda: adapter.validate(self._launch.account_id, self._plan)), self._launch.spec_sha256
        if step == "verify":
            return (lambda: self._verify(standing)), None
        if step.startswith("activate/"):
            object_id = standing.remote[step.removeprefix("activate/")]
            return (lambda: adapter.set_status(object_id, "ACTIVE")), [object_id, "ACTIVE"]
        if step == "resume":
            return (lambda: self._resume(standing)), [dict(standing.remote), "ACTIVE"]
        if step in STATUS_OF:
            campaign, status = standing.remote["campaign"], STATUS_OF[step]
            return (lambda: adapter.set_status(campaign, status)), [campaign, status]
        if step == "budget" and order is not None:
            adset = standing.remote["adset"]
            fields = {f"{order.detail['kind']}_budget": order.detail["amount_minor"]}
            return (lambda: adapter.update(adset, fields)), [adset, fields]
        kind: Any = step.split("/")[0]
        name = tagged_name(self._plan, self._launch.key, step)
        fields = object_fields(self._plan, step, standing.remote, adapter.identity)
        return (lambda: self._create(kind, name, fields)), [name, fields]

    def _resume(self, standing: Standing) -> None:
        """Everything, from the inside out: it may have been paused before all of it was on."""
        for step in activation_of(self._plan):
            self._adapter.set_status(standing.remote[step.removeprefix("activate/")], "ACTIVE")

    def _create(self, kind: Any, name: str, fields: dict[str, Any]) -> str:
        if places := list(forbidden_places(fields)):
            raise Rejected("placement_inside_whatsapp", detail={"fields": places})
        return self._adapter.create(self._launch.account_id, kind, name, fields)

    def _came_out(self, standing: Standing, step: str, outcome: Outcome, extra: dict[str, Any]) -> None:
        LOG.info("launch %s, %s: %s", self._launch.id, step, outcome.reason)
        told = {"code": outcome.code, "subcode": outcome.subcode, "http": outcome.http, "trace_id": outcome.trace_id}
        detail = {**extra, **outcome.detail, "reason": outcome.reason}
        now, waits = self._adapter.now(), self._adapter.waits
        if isinstance(outcome, Barred):
            self._write(step, "rejected", detail={**detail, "retry_at": utc_text(now)}, **told)
            self._halt(outcome.reason)
        elif isinstance(outcome, Rejected):
            self._write(step, "rejected", detail=detail, **told)
        elif isinstance(outcome, Throttled | NotSent | NotThereYet):
            wait = waits.after(standing.tries)
            if isinstance(outcome, Throttled):
                wait = outcome.wait or waits.throttled(standing.tries, self._luck(standing.tries))
            self._write(step, "rejected", detail={**detail, "retry_at": utc_text(now + wait)}, **told)
        else:
            wait = timedelta(0) if _creates(step) else waits.after(standing.tries)
            self._write(step, "unknown", detail={**detail, "retry_at": utc_text(now + wait)}, **told)

    def _look_for(self, standing: Standing, step: str) -> bool:
        """Whether a create whose answer got lost was done after all. Creating again comes last, and once."""
        waits, now = self._adapter.waits, self._adapter.now()
        if standing.unknown_since is None:
            self._write(step, "unknown", detail={"reason": "interrupted"})
            return True
        last = standing.misses[-1] if standing.misses else None
        due = last + waits.between_looks if last else standing.unknown_since + waits.grace
        if now < due:
            self.rest_until = due
            return False
        if len(standing.misses) >= waits.looks:
            if step in standing.recreated:
                self._halt("unknown_twice", step=step)
                return True
            return self._attempt(standing, step, again=True)
        kind: Any = step.split("/")[0]
        try:
            found = self._adapter.find(self._launch.account_id, kind, tag(self._launch.key, step))
        except Outcome as outcome:
            LOG.info("launch %s, looking for %s: %s", self._launch.id, step, outcome.reason)
            later = now + waits.after(standing.tries)
            self._write(step, "found", detail={"reason": outcome.reason, "retry_at": utc_text(later)})
            return False
        self._write(step, "found", remote_id=found[0] if found else None, detail={"ids": list(found)})
        if len(found) > 1:
            self._halt("duplicates", step=step, ids=list(found))
        return True

    def _verify(self, standing: Standing) -> None:
        """Reads everything back. Raises Differs: nothing is switched on unless it is what was confirmed."""
        wrong: list[str] = []
        for step in steps_of(self._plan):
            kind: Any = step.split("/")[0]
            if kind == "image":  # the creative that holds it is compared
                continue
            remote = self._adapter.read(kind, standing.remote[step])
            expected = object_fields(self._plan, step, standing.remote, self._adapter.identity)
            wrong += [f"{step}.{path}" for path in differences(expected, remote.fields)]
            wrong += [f"{step}.{path}" for path in forbidden_places(remote.fields)]
            wrong += [f"{step}.{path}" for path in foreign_places(remote.fields)]
            if kind != "creative" and remote.status != "PAUSED":
                wrong.append(f"{step}.status")
        if wrong:
            raise Differs(wrong)

    def _follow(self) -> bool:
        """What the platform tells about a launch that runs, or ran: its review and its results."""
        standing = self._standing()
        rest = self._adapter.look_again(standing.state, reviewed="review" in standing.done)
        if rest and standing.state in {*journal.RUNNING, "ENDED"}:
            self.rest_until = self._adapter.now() + rest
        try:
            if standing.state in journal.RUNNING and "review" not in standing.done and not self._reviewed(standing):
                return False
            if standing.state not in {*journal.RUNNING, "ENDED"}:
                return False
            moved = self._over(standing)
            return sync.sync_once(self._db, self._lease, self._adapter) or moved
        except Outcome as outcome:
            LOG.info("launch %s, results: %s", self._launch.id, outcome.reason)
            if isinstance(outcome, Barred):
                self._halt(outcome.reason, **outcome.detail)
            return False

    def _over(self, standing: Standing) -> bool:
        """A real ad ends by the calendar; a simulated one says itself when it has."""
        if standing.state == "ENDED" or self._adapter.origin == "simulated":
            return False
        if self._adapter.now().timestamp() < self._plan.end_hour * 3600:
            return False
        self._write("end", "found")
        return True

    def _reviewed(self, standing: Standing) -> bool:
        review = self._adapter.review(standing.remote["campaign"])
        if review.verdict == "pending":
            return False
        self._write("review", "found", detail={"verdict": review.verdict, "policies": list(review.policies)})
        return review.verdict == "passed"

    def _luck(self, tries: int) -> float:
        """Between 0 and 1, its own for each launch and try."""
        return hashlib.sha256(f"{self._launch.key}/{tries}".encode()).digest()[0] / 255

    def _halt(self, reason: str, **detail: Any) -> None:
        self._write("halt", "unknown", detail={"reason": reason, **detail})

    def _write(self, step: str, kind: journal.Kind, *, detail: dict[str, Any] | None = None, **told: Any) -> Standing:
        now: datetime = self._adapter.now()
        with write_tx(self._db):
            leases.renew(self._db, self._lease, now, self._adapter.waits.call)
            entry = Entry(step, kind, now, detail=detail or {}, **told)
            return journal.append(self._db, self._launch.id, entry, fence=self._lease.fence)


def _creates(step: str) -> bool:
    return step.split("/")[0] in {"campaign", "adset", "creative", "ad"}


def _digest(request: Any) -> str | None:
    if request is None:
        return None
    return hashlib.sha256(json.dumps(request, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
