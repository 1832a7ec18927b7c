"""A draft that passed its checks, frozen with all a launch and a simulation need to know of it."""

import hashlib
import json
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from lib.ads.budgets import worst_case_minor
from lib.ads.checks import GOALS, Check, check, errors
from lib.ads.draft import Audience, Bid, Budget, Creative, Draft, Language, Welcome
from lib.ads.placements import PLACEMENTS, forbidden_places
from lib.catalog.model import Frozen, Item
from lib.catalog.shops import HOURS_OF_WEEK, Shop


class PlanRefused(ValueError):
    """The draft can not be launched as it is. `checks` says why."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        super().__init__(", ".join(f"{c.code} ({c.field})" for c in checks))
        self.checks = checks


class BadPlan(ValueError):
    """A stored plan is not one this program made: changed, cut off, or asking for what is never allowed."""


class Desk(Frozen):
    """Who answers: people on shift in each of the 168 local hours of the week from Monday 00:00."""

    agents: tuple[int, ...] = Field(min_length=HOURS_OF_WEEK, max_length=HOURS_OF_WEEK)
    chats_each: int
    bot_share: float


class Offer(Frozen):
    title: str
    price_minor: int = Field(gt=0)
    margin_share: float
    delivery_fee_minor: int
    cod_share: float


class Plan(Frozen):
    """start_hour and end_hour count hours since the Unix epoch in UTC; the hour end_hour is not part of the run."""

    version: Literal[1] = 1
    draft_id: str
    shop_id: str
    shop_name: str
    whatsapp_name: str
    retailer_id: str
    name: str
    language: Language
    currency: str
    timezone: str
    first_day: date
    last_day: date
    start_hour: int
    end_hour: int
    creatives: tuple[Creative, ...] = Field(min_length=1, max_length=2)
    audience: Audience
    budget: Budget
    bid: Bid
    placements: tuple[str, ...] = Field(min_length=1)
    objective: str
    optimization_goal: str
    billing_event: Literal["IMPRESSIONS"]
    destination_type: Literal["WHATSAPP"] = "WHATSAPP"
    special_ad_categories: tuple[str, ...]
    dsa_beneficiary: str
    dsa_payor: str
    welcome: Welcome
    desk: Desk
    offer: Offer

    @field_validator("placements")
    @classmethod
    def _only_known_placements(cls, placements: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in placements if name not in PLACEMENTS]:
            raise ValueError(f"not a placement of ours: {', '.join(unknown)}")
        return placements

    @model_validator(mode="after")
    def _coherent(self) -> "Plan":
        if self.end_hour <= self.start_hour or self.last_day < self.first_day:
            raise ValueError("a plan must end after it starts")
        if self.optimization_goal not in GOALS.get(self.objective, ()):
            raise ValueError("objective and goal do not go together")
        return self

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def daily_minor(self) -> int:
        """What an ordinary day may cost."""
        return self.budget.amount_minor if self.budget.kind == "daily" else -(-self.budget.amount_minor // self.days)

    @property
    def cap_minor(self) -> int:
        """What the whole run may cost at worst."""
        if self.budget.kind == "lifetime":
            return self.budget.amount_minor
        return worst_case_minor(self.budget.amount_minor, self.first_day, self.last_day)

    def canonical_json(self) -> str:
        """The one text of this plan: sorted keys, no spaces, the same on every machine."""
        body = self.model_dump(mode="json")
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()


def freeze(draft: Draft, item: Item, shop: Shop, now: datetime) -> Plan:
    """The plan of the draft as it stands now. Raises PlanRefused with all that is wrong."""
    if wrong := errors(check(draft, item, shop, now)):
        raise PlanRefused(wrong)
    return assemble(draft, item, shop, now)


def assemble(draft: Draft, item: Item, shop: Shop, now: datetime) -> Plan:
    """Draft, shop and item as a plan, unchecked but for what a plan can not be without (pydantic's ValidationError)."""
    start, end = draft.schedule.hours(shop.timezone, now)
    settings, same = shop.settings, draft.model_dump(exclude={"id", "schedule", "audience", "special_ad_categories"})
    audience = draft.audience.model_copy(update={"countries": tuple(dict.fromkeys(draft.audience.countries))})
    return Plan.model_validate(
        {
            **same,
            "draft_id": draft.id,
            "shop_name": shop.name,
            "whatsapp_name": settings.whatsapp_name or shop.name,
            "timezone": shop.timezone,
            "first_day": draft.schedule.first_day,
            "last_day": draft.schedule.last_day,
            "start_hour": start,
            "end_hour": end,
            "audience": audience,
            "special_ad_categories": tuple(c for c in draft.special_ad_categories if c != "NONE"),
            "desk": Desk(
                agents=settings.agents_by_hour(), chats_each=settings.chats_each, bot_share=settings.bot_share
            ),
            "offer": Offer(
                title=item.title,
                price_minor=_price_now(item.at(now)),
                margin_share=settings.margin_share,
                delivery_fee_minor=settings.delivery_fee_minor,
                cod_share=settings.cod_share,
            ),
        }
    )


def load_plan(text: str, sha256: str | None = None) -> Plan:
    """A stored plan, checked again: shape, hash when given, and that nothing in it points inside WhatsApp.

    Raises BadPlan.
    """
    try:
        body = json.loads(text)
        if places := list(forbidden_places(body)):
            raise BadPlan(f"inside WhatsApp: {', '.join(places)}")
        plan = Plan.model_validate_json(text)
    except (ValidationError, ValueError, RecursionError) as bad:
        raise bad if isinstance(bad, BadPlan) else BadPlan(str(bad)) from bad
    if sha256 is not None and plan.sha256 != sha256:
        raise BadPlan("the hash does not fit")
    return plan


def _price_now(item: Item) -> int:
    """The item's own price, or the lowest of its variants."""
    if item.price_minor:
        return item.price_minor
    return min((v.price_minor for v in item.variants if v.price_minor), default=0)
