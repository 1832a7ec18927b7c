"""The simulated platform: an ad account in our own database that behaves like the real one.

It keeps its own objects, refuses what Meta refuses (meta-ctwa.md 1.4-1.11), reviews ads before they run, and starts
the launch's clock when it takes an ad. Each call is its own transaction, as a call to another machine would be.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from lib.ads.plan import Plan
from lib.launch import clock, edits
from lib.launch.adapter import Fields, ObjectKind, Rejected, RemoteObject, Review, Status, Waits
from lib.launch.engine_run import EngineRuns
from lib.launch.faults import Faults, NoFaults
from lib.launch.objects import Identity, object_fields, steps_of, tagged_key
from lib.launch.refusals import check_fields
from lib.launch.results import Results
from lib.store import parse_utc, utc_text, write_tx

EDIT_OF: dict[Status, str] = {"ACTIVE": "resume", "PAUSED": "pause", "ARCHIVED": "end"}
FIRST_ID = 120_200_000_000_001
PARENT = {"adset": ("campaign_id", "campaign"), "ad": ("adset_id", "adset")}
POLICIES = ("misleading_claim", "personal_attributes", "unclear_offer", "picture_quality", "low_quality_page")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the platform reviews: the share of ads it refuses, and between how many simulated minutes it takes."""

    refusal_share: float = 0.04
    review_minutes: tuple[int, int] = (12, 36)

    @classmethod
    def from_environment(cls) -> "Settings":
        """STUDIO_REVIEW_REFUSALS: share of ads refused in review, 0 to 1."""
        return cls(refusal_share=min(1.0, max(0.0, float(os.environ.get("STUDIO_REVIEW_REFUSALS", "0.04")))))


class SimulatedPlatform:
    """Implements lib.launch.adapter.Adapter on one database connection."""

    name = "simulated"
    origin: Literal["simulated", "measured"] = "simulated"
    identity = Identity(page_id="100000000000001", instagram_user_id="178400000000001", phone_number="")

    def __init__(
        self,
        db: Database,
        clock_now: Callable[[], datetime],
        runs: EngineRuns,
        *,
        settings: Settings | None = None,
        faults: Faults | None = None,
        waits: Waits | None = None,
    ) -> None:
        self._db, self._now, self._runs = db, clock_now, runs
        self._settings = settings or Settings.from_environment()
        self._faults = faults or NoFaults()
        self.waits = waits or Waits(grace=timedelta(seconds=0.3), between_looks=timedelta(seconds=0.3))

    def now(self) -> datetime:
        return self._now()

    def validate(self, account_id: str, plan: Plan) -> None:
        with self._faults.around("validate"):
            ids = dict.fromkeys(steps_of(plan), "1")
            for step in steps_of(plan):
                kind = step.split("/")[0]
                check_fields(kind, object_fields(plan, step, ids, self.identity))

    def create(self, account_id: str, kind: ObjectKind, name: str, fields: Fields) -> str:
        if kind == "image":
            with self._faults.around("create image"):
                return hashlib.md5(str(fields["picture"]).encode(), usedforsecurity=False).hexdigest()
        with self._faults.around(f"create {kind}"), write_tx(self._db):
            check_fields(kind, fields)
            parent = self._parent(kind, fields)
            newest = self._db.execute("SELECT COALESCE(MAX(CAST(id AS INTEGER)), 0) FROM platform_object").fetchone()
            object_id = str(max(FIRST_ID, newest[0] + 1))
            self._db.table("platform_object").insert(
                {
                    "id": object_id,
                    "account_id": account_id,
                    "kind": kind,
                    "name": name,
                    "parent_id": parent,
                    "status": "PAUSED",
                    "effective_status": "PAUSED",
                    "body_json": json.dumps(dict(fields), ensure_ascii=False, sort_keys=True),
                    "created_utc": utc_text(self._now()),
                }
            )
        return object_id

    def find(self, account_id: str, kind: ObjectKind, tag: str) -> tuple[str, ...]:
        with self._faults.around(f"find {kind}"):
            rows = self._db.execute(
                "SELECT id, created_utc FROM platform_object WHERE account_id = ? AND kind = ? AND instr(name, ?) > 0 "
                "ORDER BY CAST(id AS INTEGER)",
                [account_id, kind, tag],
            ).fetchall()
            newest = self._now() - self._faults.list_lag
            return tuple(object_id for object_id, created in rows if parse_utc(created) <= newest)

    def read(self, kind: ObjectKind, object_id: str) -> RemoteObject:
        with self._faults.around("read"):
            row = self._row(object_id)
            effective = self._effective_status(row)
        return RemoteObject(object_id, row["kind"], row["name"], row["status"], effective, json.loads(row["body_json"]))

    def set_status(self, object_id: str, status: Status) -> None:
        with self._faults.around(f"status {status}"), write_tx(self._db):
            row = self._row(object_id)
            if row["status"] == status:
                return
            self._db.conn.execute("UPDATE platform_object SET status = ? WHERE id = ?", [status, object_id])
            if row["kind"] == "campaign":
                self._campaign_switched(row["name"], status)

    def update(self, object_id: str, fields: Fields) -> None:
        with self._faults.around("update"), write_tx(self._db):
            row = self._row(object_id)
            body = {**json.loads(row["body_json"]), **fields}
            check_fields(row["kind"], body)
            self._db.conn.execute(
                "UPDATE platform_object SET body_json = ? WHERE id = ?",
                [json.dumps(body, ensure_ascii=False, sort_keys=True), object_id],
            )
            launch = self._launch(row["name"])
            amount = fields.get("daily_budget", fields.get("lifetime_budget"))
            if launch and amount is not None:
                edits.add_edit(self._db, launch["id"], "budget", int(amount), self._now())

    def review(self, campaign_id: str) -> Review:
        with self._faults.around("review"):
            launch = self._launch(self._row(campaign_id)["name"])
            here = edits.progress(self._db, launch["id"], self._now()) if launch else None
            if launch is None or here is None or here.seconds < 0:
                return Review("pending")
            policy = self._refused_for(launch)
            return Review("refused", (policy,)) if policy else Review("passed")

    def look_again(self, state: str, *, reviewed: bool) -> timedelta:
        return timedelta(0)

    def results(self, launch_id: int, since_hour: int) -> Results | None:
        with self._faults.around("results"):
            here = edits.progress(self._db, launch_id, self._now())
            return None if here is None else self._runs.results(self._db, launch_id, since_hour, here)

    def estimate(self, account_id: str, plan: Plan) -> Mapping[str, Any] | None:
        return None

    def _row(self, object_id: str) -> dict[str, Any]:
        for row in self._db.query("SELECT * FROM platform_object WHERE id = ?", [object_id]):
            return row
        raise Rejected("no_such_object", code=100, subcode=33, http=400)

    def _parent(self, kind: str, fields: Fields) -> str | None:
        if kind not in PARENT:
            return None
        key, parent_kind = PARENT[kind]
        parent = str(fields.get(key, ""))
        if self._row(parent)["kind"] != parent_kind:
            raise Rejected("wrong_parent", code=100, http=400, detail={"field": key})
        return parent

    def _launch(self, name: str) -> dict[str, Any] | None:
        for row in self._db.query("SELECT * FROM launch WHERE key = ?", [tagged_key(name)]):
            return row
        return None

    def _campaign_switched(self, name: str, status: Status) -> None:
        launch = self._launch(name)
        if launch is None:
            return
        if clock.segments_of(self._db, launch["id"]):
            edits.add_edit(self._db, launch["id"], EDIT_OF[status], None, self._now())
        elif status == "ACTIVE":
            shortest, longest = self._settings.review_minutes
            minutes = shortest + (longest - shortest) * _uniform(launch["seed"], "review time")
            start = clock.Segment(self._now(), -round(minutes * 60), clock.DEFAULT_SPEED)
            clock.add_segment(self._db, launch["id"], start)

    def _refused_for(self, launch: dict[str, Any]) -> str | None:
        """The policy an ad is refused under. A pure function of the launch: who edits and launches again passes."""
        if _uniform(launch["seed"], "review") >= self._settings.refusal_share:
            return None
        refused_before = self._db.execute(
            "SELECT 1 FROM launch WHERE shop_id = ? AND retailer_id = ? AND id < ? AND reason = 'refused_by_review'",
            [launch["shop_id"], launch["retailer_id"], launch["id"]],
        ).fetchone()
        return None if refused_before else POLICIES[int(_uniform(launch["seed"], "policy") * len(POLICIES))]

    def _effective_status(self, row: dict[str, Any]) -> str:
        if row["status"] != "ACTIVE" or row["kind"] == "creative":
            return row["status"]
        if row["kind"] in PARENT:
            above = self._effective_status(self._row(row["parent_id"]))
            if above != "ACTIVE":
                return above if above.endswith("_PAUSED") else f"{PARENT[row['kind']][1].upper()}_PAUSED"
        if row["kind"] != "ad":
            return "ACTIVE"
        launch = self._launch(row["name"])
        here = edits.progress(self._db, launch["id"], self._now()) if launch else None
        if launch is None or here is None or here.seconds < 0:
            return "PENDING_REVIEW"
        return "DISAPPROVED" if self._refused_for(launch) else "ACTIVE"


def _uniform(seed: int, stage: str) -> float:
    return int.from_bytes(hashlib.sha256(f"{seed}/{stage}".encode()).digest()[:8], "big") / 2**64


__all__ = ["POLICIES", "Settings", "SimulatedPlatform"]
