"""The ad accounts behind the stand-in: objects, their states and their money, in memory."""

import hashlib
import itertools
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from tests.standin import rules
from tests.standin.rules import Refusal

ZONE = timezone(timedelta(hours=-3))
PARENTS = {"adset": "campaign_id", "ad": "adset_id"}


@dataclass
class AdObject:
    id: str
    account: str
    kind: str
    fields: dict
    status: str
    made: datetime
    reviewed: str = ""

    @property
    def name(self):
        return self.fields.get("name", "")


@dataclass
class Account:
    """`tokens` may use it; the rest is what Meta knows of it."""

    id: str
    token: str
    currency: str = "EGP"
    zone: str = "Africa/Cairo"
    account_status: int = 1
    spend_cap: str = "100000000"
    minimum: int = rules.MINIMUM
    page_id: str = "111111111111111"
    instagram: str = "17841400000000001"
    phone: str = "201000000000"
    permissions: tuple[str, ...] = ("ads_management", "pages_manage_ads", "pages_read_engagement", "pages_show_list")
    images: set = field(default_factory=set)


class Platform:
    """`list_lag`: how far lists are behind; `review`: how long it takes; `refuse_ads`: the policy ads break, if any."""

    def __init__(self, accounts, now):
        self.accounts = {a.id: a for a in accounts}
        self.objects: dict[str, AdObject] = {}
        self.now = now
        self.list_lag = timedelta(0)
        self.review = timedelta(0)
        self.refuse_ads = ""
        self.lock = threading.RLock()
        self._ids = itertools.count(120_210_000_000_000_001)
        self.activated: list[str] = []

    def create(self, account, kind, fields):
        with self.lock:
            self.check(account, kind, fields)
            made = AdObject(
                str(next(self._ids)), account.id, kind, dict(fields), fields.get("status", "ACTIVE"), self.now()
            )
            self.objects[made.id] = made
            if made.status == "ACTIVE" and kind != "creative":
                self.activated.append(made.id)
            return made.id

    def check(self, account, kind, f):
        if kind == "campaign":
            rules.campaign(f)
        elif kind == "adset":
            rules.adset(f, self._parent(account, f.get("campaign_id"), "campaign"), self.now())
            low = f.get("daily_budget", f.get("lifetime_budget", account.minimum)) < account.minimum
            rules.need(not low, "budget is too low", 1885272)
        elif kind == "creative":
            rules.creative(f, account.images, account.instagram)
            rules.need(f["object_story_spec"]["page_id"] == account.page_id, "page differs", 1885029)
        elif kind == "ad":
            creative_id = str((f.get("creative") or {}).get("creative_id"))
            found = self._parent(account, creative_id, "creative")
            rules.ad(f, self._parent(account, f.get("adset_id"), "adset"), found)

    def _parent(self, account, object_id, kind):
        found = self.objects.get(str(object_id))
        return found if found and found.kind == kind and found.account == account.id else None

    def upload(self, account, data):
        with self.lock:
            found = hashlib.md5(data, usedforsecurity=False).hexdigest()
            account.images.add(found)
            return found

    def change(self, found, changes):
        with self.lock:
            changes = dict(changes)
            if status := changes.pop("status", None):
                if status not in ("ACTIVE", "PAUSED", "ARCHIVED", "DELETED"):
                    raise Refusal("status")
                if found.status == "DELETED":
                    raise Refusal("deleted objects stay deleted", 100, 1487563)
                found.status = status
                if status == "ACTIVE":
                    self.activated.append(found.id)
            if changes:
                self.check(self.accounts[found.account], found.kind, {**found.fields, **changes})
                found.fields.update(changes)

    def children(self, object_id, kind):
        key = PARENTS[kind]
        return [o for o in self.objects.values() if o.kind == kind and str(o.fields.get(key)) == object_id]

    def campaign_of(self, found):
        if found.kind == "ad":
            found = self.objects[str(found.fields["adset_id"])]
        return self.objects[str(found.fields["campaign_id"])] if found.kind == "adset" else found

    def effective_status(self, found):
        if found.kind == "creative" or found.status != "ACTIVE":
            return found.status
        if found.kind in PARENTS:
            parent = self.objects[str(found.fields[PARENTS[found.kind]])]
            above = self.effective_status(parent)
            if above != "ACTIVE":
                return above if "_" in above else f"{parent.kind.upper()}_PAUSED"
        if found.kind != "ad":
            return "ACTIVE"
        if self.now() < found.made + self.review:
            return "PENDING_REVIEW"
        return "DISAPPROVED" if self.refuse_ads else "ACTIVE"

    def listed(self, account, kind):
        newest = self.now() - self.list_lag
        return [o for o in self.objects.values() if o.account == account.id and o.kind == kind and o.made <= newest]

    def as_read(self, found, names):
        told = {**found.fields, "id": found.id, "status": found.status}
        told["effective_status"] = self.effective_status(found)
        told |= {name: str(told[name]) for name in PARENTS.values() if name in told}
        for money in ("daily_budget", "lifetime_budget", "bid_amount"):
            if money in told:
                told[money] = str(told[money])
        for moment in ("start_time", "end_time"):
            if moment in told:
                told[moment] = datetime.fromisoformat(told[moment]).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S%z")
        if "targeting" in told:
            told["targeting"] = self.as_targeted(told["targeting"])
        if found.kind == "ad":
            told["creative"] = {"id": str(told["creative"]["creative_id"])}
            if told["effective_status"] == "DISAPPROVED":
                told["ad_review_feedback"] = {"global": {self.refuse_ads: "It breaks this policy."}}
        return {name: told[name] for name in ("id", *names) if name in told}

    @staticmethod
    def as_targeted(targeting):
        effective = {
            f"effective_{name}": list(reversed(targeting[name]))
            for name in ("publisher_platforms", "facebook_positions", "instagram_positions", "device_platforms")
            if name in targeting
        }
        return {**targeting, **effective, "effective_whatsapp_positions": [], "is_whatsapp_destination_ad": True}
