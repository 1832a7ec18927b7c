"""Meta's Marketing API as an adapter: one ad account, one token, the calls of meta_requests.

Each method either surely did what it says or raises an outcome of lib.launch.adapter. Nothing is repeated here: what
is tried again, and when, is the journal's business.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlite_utils import Database

from lib.ads.budgets import BID_TIMES
from lib.ads.placements import PLACEMENTS
from lib.ads.plan import Plan
from lib.launch import meta_insights, meta_requests
from lib.launch.adapter import (
    Barred,
    Fields,
    ObjectKind,
    Rejected,
    RemoteObject,
    Review,
    Status,
    Unknown,
)
from lib.launch.meta_http import Graph, Request, pages_of
from lib.launch.meta_pictures import jpeg_of
from lib.launch.meta_readback import remote_object
from lib.launch.meta_settings import Connection, Settings
from lib.launch.objects import object_fields, steps_of
from lib.launch.redact import redact
from lib.launch.refusals import check_fields
from lib.launch.results import Results
from lib.money import minor_per_unit

_ID: Final = re.compile(r"\d{3,20}")
_HASH: Final = re.compile(r"[0-9a-fA-F]{16,64}")
ACCOUNT_ACTIVE: Final = 1
_IN_REVIEW: Final = frozenset({"PENDING_REVIEW", "IN_PROCESS", "PREAPPROVED", "PAUSED", "ADSET_PAUSED"})
PREVIEW_FORMATS: Final[Mapping[str, str]] = {
    "facebook_feed": "MOBILE_FEED_STANDARD",
    "instagram_feed": "INSTAGRAM_STANDARD",
    "facebook_story": "FACEBOOK_STORY_MOBILE",
    "instagram_story": "INSTAGRAM_STORY",
    "facebook_reels": "FACEBOOK_REELS_MOBILE",
    "instagram_reels": "INSTAGRAM_REELS",
}
_FRAME: Final = re.compile(r'<iframe[^>]*?\ssrc="(https://(?:www|business)\.facebook\.com/[^"<>\s]+)"')


class MetaPlatform:
    """Implements lib.launch.adapter.Adapter for one account."""

    name = "meta"
    origin: Literal["measured"] = "measured"

    def __init__(self, db: Database, connection: Connection, settings: Settings, now: Callable[[], datetime]) -> None:
        self._db, self._connection, self._settings, self._now = db, connection, settings, now
        self.identity = connection.identity
        self.waits = replace(settings.waits, call=settings.pace.deadline)
        self._graph = Graph(settings.url, settings.version, connection.token, settings.pace)

    def now(self) -> datetime:
        return self._now()

    def validate(self, account_id: str, plan: Plan) -> None:
        self._check_plan(plan)
        account = self._send(meta_requests.account(self._own(account_id)))
        self._check_account(account, plan)
        self._check_minimum(plan)
        tried = self._send(meta_requests.try_campaign(account_id, plan, plan.name, self.identity))
        if tried.get("success") is not True:
            raise Unknown("answer_not_understood")

    def create(self, account_id: str, kind: ObjectKind, name: str, fields: Fields) -> str:
        check_fields(kind, fields)
        request = meta_requests.create(self._own(account_id), kind, name, fields)
        if kind == "image":
            return _image_hash(self._send(request, jpeg_of(request.picture)))
        return _new_id(self._send(request))

    def find(self, account_id: str, kind: ObjectKind, tag: str) -> tuple[str, ...]:
        rows = self._pages(lambda after: meta_requests.find(self._own(account_id), kind, tag, after))
        # the filter is Meta's, whether it was heeded is seen here
        return tuple(sorted((str(row["id"]) for row in rows if tag in str(row.get("name", ""))), key=int))

    def read(self, kind: ObjectKind, object_id: str) -> RemoteObject:
        return remote_object(kind, self._send(meta_requests.read(kind, object_id)))

    def set_status(self, object_id: str, status: Status) -> None:
        self._done(meta_requests.switch(object_id, status))

    def update(self, object_id: str, fields: Fields) -> None:
        self._done(meta_requests.update(object_id, fields))

    def review(self, campaign_id: str) -> Review:
        """A campaign all of whose ads were refused is paused at once: an appeal must not bring it back unseen."""
        ads = list(self._pages(lambda after: meta_requests.ads_of(campaign_id, after)))
        standings = [str(ad.get("effective_status", "")) for ad in ads]
        if "PENDING_BILLING_INFO" in standings:
            raise Barred("billing_missing")
        if not ads or any(s in _IN_REVIEW or s == "CAMPAIGN_PAUSED" for s in standings):
            return Review("pending")
        policies = tuple(dict.fromkeys(policy for ad in ads for policy in _policies(ad)))
        if all(s == "DISAPPROVED" for s in standings):
            self.set_status(campaign_id, "PAUSED")
            return Review("refused", policies)
        return Review("passed", policies)

    def look_again(self, state: str, *, reviewed: bool) -> timedelta:
        pace = self._settings.pace
        if state == "ENDED":
            return pace.after_end
        return pace.insights if reviewed else pace.review

    def results(self, launch_id: int, since_hour: int) -> Results:
        """Raises Barred, after pausing the campaign, when an ad was shown inside WhatsApp."""
        try:
            return meta_insights.results(self._db, self._send, launch_id, since_hour, self._now(), self._settings.pace)
        except meta_insights.ShownInsideWhatsapp as shown:
            self.set_status(shown.campaign_id, "PAUSED")
            raise Barred("shown_inside_whatsapp") from None

    def estimate(self, account_id: str, plan: Plan) -> Mapping[str, Any] | None:
        """People a month and what a day may bring; None when Meta gives no estimate."""
        rows = self._send(meta_requests.estimate(self._own(account_id), plan, self.identity)).get("data")
        row = rows[0] if isinstance(rows, list) and rows else rows
        if not isinstance(row, dict) or not row.get("estimate_ready"):
            return None
        lower, upper = row.get("estimate_mau_lower_bound"), row.get("estimate_mau_upper_bound")
        if not isinstance(lower, int) or not isinstance(upper, int) or lower < 0:
            return None
        return {"people_lower": lower, "people_upper": upper, "curve": row.get("daily_outcomes_curve") or []}

    def previews(self, account_id: str, plan: Plan, number: int, image_hash: str) -> dict[str, str]:
        """Addresses of Meta's own previews by placement, valid for a day; to be shown in a sandboxed frame only."""
        creative = object_fields(plan, f"creative/{number}", {f"image/{number}": image_hash}, self.identity)
        frames = {}
        for placement in plan.placements:
            request = meta_requests.preview(self._own(account_id), creative, PREVIEW_FORMATS[placement])
            rows = self._send(request).get("data")
            body = str(rows[0].get("body", "")) if isinstance(rows, list) and rows else ""
            if frame := _FRAME.search(body):
                frames[placement] = frame.group(1).replace("&amp;", "&")
        return frames

    def _own(self, account_id: str) -> str:
        if account_id != self._connection.account_id:
            raise Barred("other_account")
        return account_id

    def _send(self, request: Request, file: bytes | None = None) -> dict[str, Any]:
        return self._graph.send(request, file)

    def _done(self, request: Request) -> None:
        if self._send(request).get("success") is not True:
            raise Unknown("answer_not_understood")

    def _pages(self, page: Callable[[str], Request]) -> Iterator[dict[str, Any]]:
        yield from pages_of(self._send, page)

    def _check_plan(self, plan: Plan) -> None:
        """What can be known without asking. Raises Rejected."""
        if plan.currency != self._connection.currency:
            raise Rejected("currency_differs")
        if not self.identity.instagram_user_id and any(PLACEMENTS[p].publisher == "instagram" for p in plan.placements):
            raise Rejected("instagram_identity_missing", subcode=1815199)
        if self._now().timestamp() >= plan.end_hour * 3600:
            raise Rejected("end_in_past", subcode=1487033)
        ids = dict.fromkeys(steps_of(plan), "1")
        for step in steps_of(plan):
            check_fields(step.split("/")[0], object_fields(plan, step, ids, self.identity))
        for creative in plan.creatives:
            jpeg_of(creative.picture)

    def _check_account(self, account: Mapping[str, Any], plan: Plan) -> None:
        if account.get("id") != self._connection.account_id or not isinstance(account.get("currency"), str):
            raise Unknown("answer_not_understood")
        if account["currency"] != plan.currency:
            raise Rejected("currency_differs")
        minor_per_unit(plan.currency)
        if account.get("account_status") != ACCOUNT_ACTIVE:
            raise Barred("account_not_active", detail={"account_status": account.get("account_status")})
        cap = str(account.get("spend_cap") or "0")
        if not self._connection.without_spend_cap and not (cap.isdigit() and int(cap) > 0):
            raise Rejected("account_without_spend_cap")

    def _check_minimum(self, plan: Plan) -> None:
        rows = self._send(meta_requests.minimum_budgets(self._connection.account_id)).get("data")
        if not isinstance(rows, list):
            raise Unknown("answer_not_understood")
        row = next((r for r in rows if isinstance(r, dict) and r.get("currency") == plan.currency), {})
        told = row.get("min_daily_budget_imp")
        least = int(told) if isinstance(told, int) or (isinstance(told, str) and told.isdigit()) else 0
        least = max(least, BID_TIMES * plan.bid.amount_minor if plan.bid.kind != "none" else 0)
        if plan.daily_minor < least:
            raise Rejected("budget_too_low", subcode=1885272, detail={"minimum_minor": least})


def _new_id(answer: Mapping[str, Any]) -> str:
    object_id = answer.get("id")
    if not isinstance(object_id, str) or not _ID.fullmatch(object_id):
        raise Unknown("answer_not_understood")
    return object_id


def _image_hash(answer: Mapping[str, Any]) -> str:
    images = answer.get("images")
    rows = list(images.values()) if isinstance(images, dict) else []
    found = rows[0].get("hash") if len(rows) == 1 and isinstance(rows[0], dict) else None
    if not isinstance(found, str) or not _HASH.fullmatch(found):
        raise Unknown("answer_not_understood")
    return found


def _policies(ad: Mapping[str, Any]) -> list[str]:
    feedback = ad.get("ad_review_feedback")
    named = feedback.get("global") if isinstance(feedback, dict) else None
    return [redact(str(policy))[:200] for policy in named] if isinstance(named, dict) else []
