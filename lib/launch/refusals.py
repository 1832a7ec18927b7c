"""What Meta refuses, known before anything is sent (meta-ctwa reference 1.4-1.11, 1.16 and 2).

The rules look at the fields of one object as they would be sent. They hold on the simulated platform and in front of
the real one. Each finding is a reason and Meta's own subcode where it has one.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from lib.ads.budgets import BID_TIMES
from lib.ads.checks import AGES, GOALS, SPECIAL_CATEGORIES
from lib.ads.placements import GREETING_MAX, ICE_BREAKER_MAX, PLACEMENTS, forbidden_places
from lib.ads.regions import is_country, needs_dsa
from lib.launch.adapter import Rejected

Fields = Mapping[str, Any]
Finding = tuple[str, int | None]

POSITIONS: Final = {
    publisher: frozenset(p.position for p in PLACEMENTS.values() if p.publisher == publisher)
    for publisher in ("facebook", "instagram")
}
_GOALS: Final = frozenset(goal for goals in GOALS.values() for goal in goals)
_CAPPED_BIDS: Final = frozenset({"LOWEST_COST_WITH_BID_CAP", "COST_CAP"})
YOUNGEST_ADVANTAGE: Final = 25


def check_fields(kind: str, fields: Fields) -> None:
    """Raises Rejected with Meta's code for the first thing Meta would not take."""
    for reason, subcode in refusals(kind, fields):
        raise Rejected(reason, code=100, subcode=subcode, http=400)
    if places := list(forbidden_places(dict(fields))):
        raise Rejected("placement_inside_whatsapp", code=100, subcode=1815433, http=400, detail={"fields": places})


def refusals(kind: str, fields: Fields) -> Iterator[Finding]:
    return _RULES[kind](fields)


def _campaign(f: Fields) -> Iterator[Finding]:
    if "special_ad_categories" not in f:
        yield "special_ad_categories_missing", None
    categories = f.get("special_ad_categories") or []
    if not isinstance(categories, list) or not set(categories) <= set(SPECIAL_CATEGORIES):
        yield "special_category_unknown", None
    elif set(categories) - {"NONE"} and not f.get("special_ad_category_country"):
        yield "special_category_country_missing", None
    if f.get("objective") not in GOALS:
        yield "objective_retired", None
    if not isinstance(f.get("is_adset_budget_sharing_enabled"), bool):
        yield "budget_sharing_missing", 4834011
    if f.get("buying_type", "AUCTION") != "AUCTION":
        yield "buying_type", None
    if {"daily_budget", "lifetime_budget"} & set(f):
        yield "one_budget_needed", 1885621


def _adset(f: Fields) -> Iterator[Finding]:
    if not f.get("campaign_id"):
        yield "campaign_missing", None
    if f.get("destination_type") != "WHATSAPP":
        yield "destination_refused", 2446509
    if f.get("optimization_goal") not in _GOALS:
        yield "goal_refused", None
    if f.get("billing_event") != "IMPRESSIONS":
        yield "billing_event", None
    promoted = f.get("promoted_object") or {}
    if not promoted.get("page_id"):
        yield "page_missing", None
    yield from _money(f)
    yield from _times(f)
    yield from _audience(f)
    yield from _places(f.get("targeting") or {})


def _money(f: Fields) -> Iterator[Finding]:
    if ("daily_budget" in f) == ("lifetime_budget" in f):
        yield "one_budget_needed", 1885621
    budget = f.get("daily_budget", f.get("lifetime_budget"))
    if not _is_amount(budget):
        yield "budget_too_low", 1885272
    strategy, bid = f.get("bid_strategy"), f.get("bid_amount")
    if strategy not in {"LOWEST_COST_WITHOUT_CAP", *_CAPPED_BIDS} or (strategy in _CAPPED_BIDS) != _is_amount(bid):
        yield "bid_missing", 2490487
    elif _is_amount(bid) and "daily_budget" in f and _is_amount(budget) and budget < BID_TIMES * bid:
        yield "budget_too_low", 1885272


def _is_amount(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _times(f: Fields) -> Iterator[Finding]:
    end, start = _moment(f.get("end_time")), _moment(f.get("start_time"))
    if end is None:
        yield "end_time_missing", None
    elif start is None:
        yield "start_time_missing", None
    elif end <= start:
        yield "end_in_past", 1487033
    elif "daily_budget" in f and end - start <= timedelta(hours=24):
        yield "daily_run_too_short", None


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _audience(f: Fields) -> Iterator[Finding]:
    targeting = f.get("targeting") or {}
    geo = targeting.get("geo_locations") or {}
    countries = geo.get("countries") or []
    if not countries:
        yield "country_missing", None
    if not all(is_country(str(country)) for country in countries):
        yield "country_unknown", None
    if geo.get("location_types", ["home", "recent"]) != ["home", "recent"]:
        yield "location_types_refused", 1870199
    youngest, oldest = targeting.get("age_min", AGES[0]), targeting.get("age_max", AGES[1])
    if not (AGES[0] <= youngest <= oldest <= AGES[1]):
        yield "age_refused", 1870165
    if not set(targeting.get("genders", [1])) <= {1, 2}:
        yield "gender_unknown", None
    advantage = (targeting.get("targeting_automation") or {}).get("advantage_audience")
    if advantage not in (0, 1):
        yield "advantage_audience_missing", 1870227
    if advantage == 1 and oldest < AGES[1]:
        yield "advantage_age_max", 1870189
    if advantage == 1 and youngest > YOUNGEST_ADVANTAGE:
        yield "advantage_age_min", 1870188
    if needs_dsa(countries) and not (f.get("dsa_beneficiary") and f.get("dsa_payor")):
        yield "dsa_identity_missing", 3858152


def _places(targeting: Fields) -> Iterator[Finding]:
    publishers = targeting.get("publisher_platforms") or []
    if not publishers or not set(publishers) <= set(POSITIONS):
        yield "placements_refused", 1815433
        return
    chosen = {name: targeting.get(f"{name}_positions") or [] for name in publishers}
    for name, positions in chosen.items():
        # without positions the platform would choose them itself
        if not positions or not set(positions) <= POSITIONS[name]:
            yield "placements_refused", 1815433
    if any(name not in publishers and targeting.get(f"{name}_positions") for name in POSITIONS):
        yield "placements_refused", 1815433
    if "story" in chosen.get("facebook", ()) and not (
        "feed" in chosen["facebook"] or "story" in chosen.get("instagram", ())
    ):
        yield "story_alone", 1815433
    if targeting.get("device_platforms") != ["mobile"]:
        yield "devices_refused", 1815433


def _image(f: Fields) -> Iterator[Finding]:
    if not f.get("picture"):
        yield "picture_missing", None


def _creative(f: Fields) -> Iterator[Finding]:
    story = f.get("object_story_spec") or {}
    link = story.get("link_data") or {}
    call = link.get("call_to_action") or {}
    if not story.get("page_id"):
        yield "page_missing", None
    if call.get("type") != "WHATSAPP_MESSAGE" or (call.get("value") or {}).get("app_destination") != "WHATSAPP":
        yield "call_to_action", 1373054
    if not str(link.get("link", "")).startswith("https://"):
        yield "link_missing", 1500
    if not link.get("image_hash") and not link.get("picture"):
        yield "picture_missing", None
    if not link.get("message"):
        yield "text_missing", None
    features = (f.get("degrees_of_freedom_spec") or {}).get("creative_features_spec") or {}
    if "standard_enhancements" in features:
        yield "creative_feature_retired", 3858082
    yield from _welcome(link.get("page_welcome_message"))


def _welcome(text: Any) -> Iterator[Finding]:
    try:
        body = json.loads(text)
        form, message = body["text_format"], body["text_format"]["message"]
        greeting, action = str(message.get("text", "")), form["customer_action_type"]
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        yield "welcome_message_missing", 2446391
        return
    typed, questions = message.get("autofill_message"), message.get("ice_breakers")
    if bool(typed) == bool(questions) or action != ("ice_breakers" if questions else "autofill_message"):
        yield "welcome_message_missing", 2446391
    if len(greeting) > GREETING_MAX:
        yield "greeting_too_long", None
    if any(not row.get("title") or len(row["title"]) > ICE_BREAKER_MAX for row in questions or ()):
        yield "question_refused", None


def _ad(f: Fields) -> Iterator[Finding]:
    if not f.get("adset_id"):
        yield "adset_missing", None
    if not (f.get("creative") or {}).get("creative_id"):
        yield "creative_missing", None


_RULES: Final[Mapping[str, Callable[[Fields], Iterator[Finding]]]] = {
    "campaign": _campaign,
    "adset": _adset,
    "image": _image,
    "creative": _creative,
    "ad": _ad,
}
