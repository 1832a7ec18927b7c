"""What Meta refuses, as the stand-in does it: written from the reference (meta-ctwa 1.4-1.16), not from our adapter."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EU = set("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())
GOALS = {
    "OUTCOME_ENGAGEMENT": {"CONVERSATIONS", "LINK_CLICKS"},
    "OUTCOME_LEADS": {"CONVERSATIONS"},
    "OUTCOME_SALES": {"CONVERSATIONS", "OFFSITE_CONVERSIONS", "LINK_CLICKS", "IMPRESSIONS", "REACH"},
    "OUTCOME_TRAFFIC": {
        "CONVERSATIONS", "LANDING_PAGE_VIEWS", "LINK_CLICKS", "IMPRESSIONS", "REACH", "POST_ENGAGEMENT",
    },
}  # fmt: skip
MINIMUM = 100  # of every currency here, in minor units


@dataclass
class Refusal(Exception):
    """An error as Meta answers it."""

    message: str
    code: int = 100
    subcode: int | None = None
    http: int = 400
    title: str = ""
    blame: tuple[str, ...] = ()


def decoded(form):
    told = {}
    for name, raw in form.items():
        try:
            told[name] = json.loads(raw) if raw[:1] in '{["' or raw in ("true", "false") or raw.isdigit() else raw
        except ValueError:
            told[name] = raw
    return told


def need(condition, message, subcode=None, *, code=100, blame=()):
    if not condition:
        raise Refusal(message, code, subcode, blame=blame)


def campaign(f):
    need(f.get("name"), "name is required")
    need(isinstance(f.get("special_ad_categories"), list), "special_ad_categories is required")
    categories = set(f["special_ad_categories"]) - {"NONE"}
    need(not categories or f.get("special_ad_category_country"), "special_ad_category_country is required")
    need(f.get("objective") in GOALS, "objective is not supported")
    if not {"daily_budget", "lifetime_budget"} & set(f):
        need(isinstance(f.get("is_adset_budget_sharing_enabled"), bool), "sharing flag is required", 4834011)
    need(f.get("status") in ("ACTIVE", "PAUSED"), "status")


def adset(f, parent, now):
    need(f.get("name") and len(f["name"]) <= 400, "name is required, up to 400 characters")
    need(parent is not None, "campaign does not exist", 33)
    need(f.get("destination_type") == "WHATSAPP", "destination", 2446509)
    goal = f.get("optimization_goal")
    need(goal in GOALS[parent.fields["objective"]], "performance goal is not available", 2490408)
    need(f.get("billing_event") == "IMPRESSIONS", "billing event")
    need((f.get("promoted_object") or {}).get("page_id"), "promoted_object[page_id] is required", 1885014)
    on_campaign = {"daily_budget", "lifetime_budget"} & set(parent.fields)
    own = {"daily_budget", "lifetime_budget"} & set(f)
    need(not (on_campaign and own), "budget on both levels", 1885621)
    need(on_campaign or len(own) == 1, "one budget", 1885621)
    _money(f)
    _times(f, now)
    _targeting(f)
    need(f.get("status") in ("ACTIVE", "PAUSED"), "status")


def _money(f):
    budget = f.get("daily_budget", f.get("lifetime_budget", MINIMUM))
    need(isinstance(budget, int) and budget >= MINIMUM, "budget is too low", 1885272)
    strategy, bid = f.get("bid_strategy"), f.get("bid_amount")
    need(strategy, "bid strategy or amount is required", 2490487)
    if strategy in ("LOWEST_COST_WITH_BID_CAP", "COST_CAP"):
        need(isinstance(bid, int) and bid > 0, "bid amount is required", 2490487)
        need("daily_budget" not in f or budget >= 5 * bid, "budget below five bids", 1885272)
    else:
        need(strategy == "LOWEST_COST_WITHOUT_CAP", "bid strategy")
        need(bid is None, "no bid amount with this strategy")


def _moment(value):
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise Refusal("not a time") from None


def _times(f, now):
    if "lifetime_budget" in f:
        need(f.get("end_time"), "a lifetime budget needs an end", 1487033)
    if not f.get("end_time"):
        return
    end, start = _moment(f["end_time"]), _moment(f["start_time"]) if f.get("start_time") else now
    need(end > now and end > start, "end is in the past", 1487033)
    if "daily_budget" in f:
        need(end - start > timedelta(hours=24), "a daily budget needs more than a day")


def _targeting(f):
    t = f.get("targeting") or {}
    geo = t.get("geo_locations") or {}
    need(geo.get("countries"), "a location is required", 1885364)
    need(all(len(c) == 2 and c.isupper() for c in geo["countries"]), "unknown country")
    need(set(geo.get("location_types", ["home", "recent"])) == {"home", "recent"}, "location types", 1870199)
    low, high = t.get("age_min", 18), t.get("age_max", 65)
    need(18 <= low <= high <= 65, "ages", 1870165)
    need(set(t.get("genders", [1])) <= {1, 2}, "genders")
    advantage = (t.get("targeting_automation") or {}).get("advantage_audience")
    need(advantage in (0, 1), "advantage_audience must be stated", 1870227, blame=("targeting", "targeting_automation"))
    if advantage == 1:
        need(high == 65, "age_max with advantage audience", 1870189)
        need(low <= 25, "age_min with advantage audience", 1870188)
    if EU & set(geo["countries"]):
        need(f.get("dsa_beneficiary"), "beneficiary is required", 3858152)
        need(f.get("dsa_payor"), "payor is required", 3858081)
    _placements(t)


def _placements(t):
    platforms = t.get("publisher_platforms")
    if platforms is not None:
        known = {"facebook", "instagram", "threads", "messenger", "audience_network", "whatsapp"}
        need(platforms and set(platforms) <= known, "platforms", 1815433)
    platforms = platforms or ["facebook", "instagram"]
    for name in ("facebook", "instagram"):
        need(not t.get(f"{name}_positions") or name in platforms, "positions without their platform", 1815433)
    facebook, instagram = t.get("facebook_positions", []), t.get("instagram_positions", [])
    need("video_feeds" not in facebook, "video_feeds is deprecated", 2490562)
    if "story" in facebook:
        need("feed" in facebook or "story" in instagram, "a story needs a feed", 1815433)
    if {"marketplace", "search", "profile_feed", "notification"} & set(facebook):
        need("feed" in facebook, "needs the feed", 1815433)
    need("explore_home" not in instagram or "explore" in instagram, "explore_home", 2490392)
    if "instagram" in platforms:
        need("mobile" in t.get("device_platforms", ["mobile"]), "Instagram on desktop only", 1815433)


def creative(f, images, instagram_allowed):
    story = f.get("object_story_spec") or {}
    link = story.get("link_data") or {}
    need(story.get("page_id"), "page_id is required")
    need(link.get("image_hash") in images or link.get("picture"), "image is not known", 1885553)
    call = link.get("call_to_action") or {}
    need(call.get("type") == "WHATSAPP_MESSAGE", "call to action", 1373054)
    need((call.get("value") or {}).get("app_destination") == "WHATSAPP", "call to action", 1373054)
    need(str(link.get("link", "")).startswith("https://"), "link", code=1500)
    need(story.get("instagram_user_id") in (None, instagram_allowed), "no access to Instagram", 1815199)
    features = (f.get("degrees_of_freedom_spec") or {}).get("creative_features_spec") or {}
    need("standard_enhancements" not in features, "standard_enhancements is retired", 3858082)
    need(all(v.get("enroll_status") in ("OPT_IN", "OPT_OUT") for v in features.values()), "enroll", 3858082)
    _welcome(link.get("page_welcome_message"))


def _welcome(text):
    try:
        body = json.loads(text)
        form = body["text_format"]
        message = form["message"]
    except (TypeError, ValueError, KeyError):
        raise Refusal("the ad is incomplete", 100, 2446391) from None
    typed, questions = message.get("autofill_message"), message.get("ice_breakers")
    need(bool(typed) != bool(questions), "either a message or questions", 2446391)
    need(form["customer_action_type"] == ("autofill_message" if typed else "ice_breakers"), "action", 2446391)
    need(len(message.get("text", "")) <= 300, "greeting is too long")
    need(all(0 < len(q.get("title", "")) <= 80 for q in questions or ()), "question is too long")


def ad(f, parent, creative_found):
    need(f.get("name"), "name is required")
    need(parent is not None, "ad set does not exist", 33)
    need(creative_found, "creative does not exist", 33)
    need(f.get("status") in ("ACTIVE", "PAUSED"), "status")


def utc_now():
    return datetime.now(UTC)
