"""What stands between a draft and a launch, as codes the screen turns into words next to the field.

`check` accepts any draft whatever and never raises.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import Any, Final, Literal

from lib.ads.budgets import BID_TIMES, minimum_daily_minor
from lib.ads.draft import Draft
from lib.ads.placements import PLACEMENTS, inside_whatsapp
from lib.ads.regions import is_country, needs_dsa
from lib.ads.text_checks import Finding, check_texts
from lib.catalog.health import why_not_advertisable
from lib.catalog.model import Item
from lib.catalog.shops import Shop
from lib.money import CURRENCIES
from lib.store.assumptions import load_assumptions

Severity = Literal["error", "warning"]

CREATIVES_MAX: Final = 2
RUN_DAYS_MAX: Final = 180
START_DAYS_MAX: Final = 366
BUDGET_MINOR_MAX: Final = 10**12  # far above any real budget, far below where the simulator's integers end
AGES: Final = (18, 65)

# meta-ctwa reference 1.5: objective and goal for an ad that opens WhatsApp; billing is by impression throughout.
GOALS: Final = {
    "OUTCOME_ENGAGEMENT": ("CONVERSATIONS", "LINK_CLICKS"),
    "OUTCOME_LEADS": ("CONVERSATIONS",),
    "OUTCOME_SALES": ("CONVERSATIONS", "OFFSITE_CONVERSIONS", "LINK_CLICKS", "IMPRESSIONS", "REACH"),
    "OUTCOME_TRAFFIC": (
        "CONVERSATIONS",
        "LANDING_PAGE_VIEWS",
        "LINK_CLICKS",
        "IMPRESSIONS",
        "REACH",
        "POST_ENGAGEMENT",
    ),
}
BILLING: Final = ("IMPRESSIONS",)

_NARROW_CATEGORIES: Final = frozenset({"HOUSING", "EMPLOYMENT", "CREDIT", "FINANCIAL_PRODUCTS_SERVICES"})
_AUTHORISED_CATEGORIES: Final = frozenset({"ISSUES_ELECTIONS_POLITICS", "ONLINE_GAMBLING_AND_GAMING"})
SPECIAL_CATEGORIES: Final = ("NONE", *sorted(_NARROW_CATEGORIES | _AUTHORISED_CATEGORIES))
GENDERS: Final = ("female", "male")

_ITEM_CODES: Final = {
    "no_title": "item_untitled",
    "no_price": "price_unknown",
    "price_zero": "price_zero",
    "out_of_stock": "out_of_stock",
    "discontinued": "item_discontinued",
    "hidden": "item_hidden",
}

_ERRORS: Final = (
    "advantage_age_max advantage_age_min age_order age_out_of_range bid_missing billing_not_allowed "
    "budget_below_bid budget_below_minimum budget_too_large control_characters countries_missing country_unknown "
    "creative_name_empty creative_name_repeated creatives_count currency_mismatch currency_unknown "
    "daily_run_too_short direction_marks dsa_identity_missing end_before_start end_in_past gender_unknown "
    "genders_missing goal_not_allowed ice_breaker_empty ice_breaker_repeated ice_breakers_too_many "
    "item_discontinued item_hidden item_untitled no_hours_left objective_unknown other_item other_shop "
    "out_of_stock picture_missing placement_inside_whatsapp placement_repeated placement_unknown placements_missing "
    "prefilled_empty price_unknown price_zero primary_text_empty questions_missing run_too_long "
    "special_category_limits_audience special_category_unknown stacked_marks start_in_past start_too_far "
    "story_alone text_too_long"
).split()
_WARNINGS: Final = (
    "bid_unused creatives_same greeting_empty headline_empty instagram_only invisible_characters looks_like_markup "
    "picture_not_fetched prefilled_without_item price_differs special_category_authorisation text_cut_off"
).split()
SEVERITIES: Final[dict[str, Severity]] = {
    **dict.fromkeys(_ERRORS, "error"),
    **dict.fromkeys(_WARNINGS, "warning"),
}


@dataclass(frozen=True)
class Check:
    """One thing wrong: its code, the path of its field ("creatives.0.headline"), and what the words about it need."""

    code: str
    field: str
    severity: Severity
    params: dict[str, Any] = attribute(default_factory=dict)


def check(draft: Draft, item: Item, shop: Shop, now: datetime) -> tuple[Check, ...]:
    """Everything wrong with the draft, errors first. Nothing of severity error: it can be launched."""
    item = item.at(now)
    findings = [
        *_item(draft, item, shop),
        *_creatives(draft),
        *check_texts(draft, item),
        *_placements(draft.placements),
        *_audience(draft),
        *_delivery(draft),
        *_schedule(draft, shop, now),
        *_budget(draft, shop, now),
        *_rules(draft),
    ]
    found = [Check(f.code, f.field, SEVERITIES[f.code], f.params) for f in findings]
    return tuple(sorted(found, key=lambda c: c.severity))


def errors(checks: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(c for c in checks if c.severity == "error")


def _item(draft: Draft, item: Item, shop: Shop) -> Iterator[Finding]:
    if draft.retailer_id != item.retailer_id:
        yield Finding("other_item", "item", retailer_id=item.retailer_id)
    if draft.shop_id != shop.id:
        yield Finding("other_shop", "item", shop_id=shop.id)
    codes = {_ITEM_CODES[reason] for reason in why_not_advertisable(item) if reason in _ITEM_CODES}
    prices = [p for p in (item.price_minor, *(v.price_minor for v in item.variants)) if p is not None]
    if prices and max(prices) <= 0:
        codes.add("price_zero")
    yield from (Finding(code, "item") for code in sorted(codes))


def _creatives(draft: Draft) -> Iterator[Finding]:
    if not 1 <= len(draft.creatives) <= CREATIVES_MAX:
        yield Finding("creatives_count", "creatives", count=len(draft.creatives), maximum=CREATIVES_MAX)
    seen: set[str] = set()
    for i, creative in enumerate(draft.creatives):
        name = creative.name.strip()
        if not name:
            yield Finding("creative_name_empty", f"creatives.{i}.name")
        elif name in seen:
            yield Finding("creative_name_repeated", f"creatives.{i}.name", name=name)
        seen.add(name)
        if not creative.picture and not creative.picture_url:
            yield Finding("picture_missing", f"creatives.{i}.picture")
        elif not creative.picture:
            yield Finding("picture_not_fetched", f"creatives.{i}.picture")
    shown = {(c.primary_text, c.headline, c.description, c.picture, c.picture_url, c.focus) for c in draft.creatives}
    if len(shown) < len(draft.creatives):
        yield Finding("creatives_same", "creatives.1")


def _placements(placements: tuple[str, ...]) -> Iterator[Finding]:
    if not placements:
        yield Finding("placements_missing", "placements")
    for name, times in Counter(placements).items():
        if inside_whatsapp(name):
            yield Finding("placement_inside_whatsapp", "placements", placement=name)
        elif name not in PLACEMENTS:
            yield Finding("placement_unknown", "placements", placement=name)
        elif times > 1:
            yield Finding("placement_repeated", "placements", placement=name)
    # meta-ctwa reference 1.8: a Facebook story needs the Facebook feed or the Instagram story beside it
    if "facebook_story" in placements and not {"facebook_feed", "instagram_story"} & set(placements):
        yield Finding("story_alone", "placements")
    publishers = {PLACEMENTS[name].publisher for name in placements if name in PLACEMENTS}
    if publishers == {"instagram"}:
        yield Finding("instagram_only", "placements")


def _audience(draft: Draft) -> Iterator[Finding]:
    audience = draft.audience
    if not audience.countries:
        yield Finding("countries_missing", "audience.countries")
    if unknown := tuple(sorted({c for c in audience.countries if not is_country(c)})):
        yield Finding("country_unknown", "audience.countries", countries=unknown)
    low, high = AGES
    for name, age in (("age_min", audience.age_min), ("age_max", audience.age_max)):
        if not low <= age <= high:
            yield Finding("age_out_of_range", f"audience.{name}", minimum=low, maximum=high)
    if audience.age_min > audience.age_max:
        yield Finding("age_order", "audience.age_max")
    if not audience.genders:
        yield Finding("genders_missing", "audience.genders")
    if unknown := tuple(sorted(set(audience.genders) - set(GENDERS))):
        yield Finding("gender_unknown", "audience.genders", genders=unknown)
    if audience.advantage and audience.age_max < high:
        yield Finding("advantage_age_max", "audience.age_max", required=high)
    if audience.advantage and audience.age_min > 25:
        yield Finding("advantage_age_min", "audience.age_min", maximum=25)


def _delivery(draft: Draft) -> Iterator[Finding]:
    allowed = GOALS.get(draft.objective)
    if allowed is None:
        yield Finding("objective_unknown", "objective", allowed=tuple(GOALS))
    elif draft.optimization_goal not in allowed:
        yield Finding("goal_not_allowed", "optimization_goal", objective=draft.objective, allowed=allowed)
    if draft.billing_event not in BILLING:
        yield Finding("billing_not_allowed", "billing_event", allowed=BILLING)


def _schedule(draft: Draft, shop: Shop, now: datetime) -> Iterator[Finding]:
    first, last = draft.schedule.first_day, draft.schedule.last_day
    today = now.astimezone(shop.zone).date()
    if last < first:
        yield Finding("end_before_start", "schedule.last_day")
    if first < today:
        yield Finding("start_in_past", "schedule.first_day", today=today)
    if last < today:
        yield Finding("end_in_past", "schedule.last_day", today=today)
    if (first - today).days > START_DAYS_MAX:
        yield Finding("start_too_far", "schedule.first_day", days=START_DAYS_MAX)
    if draft.schedule.days > RUN_DAYS_MAX:
        yield Finding("run_too_long", "schedule.last_day", days=RUN_DAYS_MAX)
    hours = _hours(draft, shop, now)
    if hours is not None and hours < 1:
        yield Finding("no_hours_left", "schedule.last_day")


def _hours(draft: Draft, shop: Shop, now: datetime) -> int | None:
    """Hours the ad would run; None while the dates make no sense."""
    today = now.astimezone(shop.zone).date()
    run = draft.schedule
    if run.first_day < today or not 1 <= run.days <= RUN_DAYS_MAX or (run.first_day - today).days > START_DAYS_MAX:
        return None
    start, end = run.hours(shop.timezone, now)
    return end - start


def _budget(draft: Draft, shop: Shop, now: datetime) -> Iterator[Finding]:
    if draft.currency not in CURRENCIES:
        yield Finding("currency_unknown", "currency", currency=draft.currency)
        return
    if draft.currency != shop.currency:
        yield Finding("currency_mismatch", "currency", currency=draft.currency, shop_currency=shop.currency)
    budget, bid, where = draft.budget, draft.bid, "budget.amount_minor"
    days = 1 if budget.kind == "daily" else max(draft.schedule.days, 1)
    minimum = minimum_daily_minor(draft.currency, load_assumptions()) * days
    if budget.amount_minor < minimum:
        yield Finding(
            "budget_below_minimum", where, minimum_minor=minimum, currency=draft.currency, kind=budget.kind, days=days
        )
    if budget.amount_minor > BUDGET_MINOR_MAX:
        yield Finding("budget_too_large", where, maximum_minor=BUDGET_MINOR_MAX, currency=draft.currency)
    if budget.kind == "daily" and 1 <= (_hours(draft, shop, now) or 0) <= 24:
        # a daily budget is only for runs longer than a day; 23 or 25 hours make a day as well
        yield Finding("daily_run_too_short", "budget.kind")
    if bid.kind == "none":
        if bid.amount_minor:
            yield Finding("bid_unused", "bid.amount_minor")
    elif bid.amount_minor <= 0:
        yield Finding("bid_missing", "bid.amount_minor")
    elif budget.amount_minor < BID_TIMES * bid.amount_minor * days:
        needed = BID_TIMES * bid.amount_minor * days
        yield Finding("budget_below_bid", where, minimum_minor=needed, currency=draft.currency, times=BID_TIMES)


def _rules(draft: Draft) -> Iterator[Finding]:
    categories, audience = set(draft.special_ad_categories), draft.audience
    if unknown := tuple(sorted(categories - set(SPECIAL_CATEGORIES))):
        yield Finding("special_category_unknown", "special_ad_categories", categories=unknown)
    everyone = (audience.age_min, audience.age_max) == AGES and set(audience.genders) >= set(GENDERS)
    if categories & _NARROW_CATEGORIES and not everyone:
        yield Finding("special_category_limits_audience", "audience", minimum=AGES[0], maximum=AGES[1])
    if named := tuple(sorted(categories & _AUTHORISED_CATEGORIES)):
        yield Finding("special_category_authorisation", "special_ad_categories", categories=named)
    if needs_dsa(audience.countries):
        for name in ("dsa_beneficiary", "dsa_payor"):
            if not getattr(draft, name).strip():
                yield Finding("dsa_identity_missing", name)
