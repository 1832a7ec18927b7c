"""The objects a plan becomes on a platform: order, tagged names, fields (meta-ctwa.md 1.4-1.11)."""

import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lib.ads.draft import Creative
from lib.ads.placements import PLACEMENTS
from lib.ads.plan import Plan

GENDER_CODES = {"male": 1, "female": 2}
BID_STRATEGY = {
    "none": "LOWEST_COST_WITHOUT_CAP",
    "bid_cap": "LOWEST_COST_WITH_BID_CAP",
    "cost_cap": "COST_CAP",
}
_LETTER = {"campaign": "c", "adset": "s", "image": "i", "creative": "k", "ad": "a"}
_TAG = re.compile(r"\[wa:([A-Z2-7]{10}):[cskia]\d*\]")
NAME_MAX = 400
# what the platform may do to an ad unless told not to (meta-ctwa reference 1.10)
KEPT_OUT = (
    "image_background_gen",
    "image_templates",
    "image_touchups",
    "inline_comment",
    "text_generation",
    "text_optimizations",
)
# asked for, but not part of what a person confirmed, and not always told when read back
_NOT_COMPARED = frozenset({"degrees_of_freedom_spec"})
_OURS = frozenset({"facebook", "instagram"})


@dataclass(frozen=True, slots=True)
class Identity:
    """In whose name the ads run. An empty phone number leaves the page's own."""

    page_id: str
    instagram_user_id: str
    phone_number: str


def new_key() -> str:
    """Ten letters that name a launch on every platform for good."""
    return base64.b32encode(secrets.token_bytes(10)).decode()[:10]


def steps_of(plan: Plan) -> tuple[str, ...]:
    """What is created, in order. Pictures, creatives and ads carry their number: image/1, creative/1, ad/1."""
    numbers = range(1, len(plan.creatives) + 1)
    return (
        "campaign",
        "adset",
        *(f"image/{n}" for n in numbers if plan.creatives[n - 1].picture),
        *(f"creative/{n}" for n in numbers),
        *(f"ad/{n}" for n in numbers),
    )


def activation_of(plan: Plan) -> tuple[str, ...]:
    """From the inside out: nothing delivers before the campaign itself is switched on."""
    return (
        *(f"activate/ad/{n}" for n in range(1, len(plan.creatives) + 1)),
        "activate/adset",
        "activate/campaign",
    )


def all_steps(plan: Plan) -> tuple[str, ...]:
    return ("validate", *steps_of(plan), "verify", *activation_of(plan))


def tag(key: str, step: str) -> str:
    kind, _, number = step.partition("/")
    return f"[wa:{key}:{_LETTER[kind]}{number}]"


def tagged_name(plan: Plan, key: str, step: str) -> str:
    mark = tag(key, step)
    name = " ".join(plan.name.split())
    return f"{name[: NAME_MAX - len(mark) - 1]} {mark}"


def tagged_key(name: str) -> str:
    """The launch key in an object's name, "" without one. The last tag counts: the rest is the user's own text."""
    found = _TAG.findall(name)
    return found[-1] if found else ""


def object_fields(plan: Plan, step: str, remote: Mapping[str, str], identity: Identity) -> dict[str, Any]:
    """The fields of the step's object. `remote` gives the ids of what it hangs on."""
    kind, _, number = step.partition("/")
    if kind == "campaign":
        return {
            "objective": plan.objective,
            "buying_type": "AUCTION",
            "special_ad_categories": list(plan.special_ad_categories),
            **_category_countries(plan),
            "is_adset_budget_sharing_enabled": False,
        }
    if kind == "adset":
        return _adset(plan, remote["campaign"], identity)
    if kind == "image":
        return {"picture": plan.creatives[int(number) - 1].picture}
    if kind == "creative":
        return _creative(plan, plan.creatives[int(number) - 1], remote.get(f"image/{number}", ""), identity)
    return {
        "adset_id": remote["adset"],
        "creative": {"creative_id": remote.get(f"creative/{number}", "1")},
    }


def _category_countries(plan: Plan) -> dict[str, list[str]]:
    return {"special_ad_category_country": list(plan.audience.countries)} if plan.special_ad_categories else {}


def _adset(plan: Plan, campaign_id: str, identity: Identity) -> dict[str, Any]:
    promoted = {"page_id": identity.page_id}
    if identity.phone_number:
        promoted["whatsapp_phone_number"] = identity.phone_number
    fields: dict[str, Any] = {
        "campaign_id": campaign_id,
        "destination_type": plan.destination_type,
        "optimization_goal": plan.optimization_goal,
        "billing_event": plan.billing_event,
        "bid_strategy": BID_STRATEGY[plan.bid.kind],
        f"{plan.budget.kind}_budget": plan.budget.amount_minor,
        "start_time": _moment(plan.start_hour),
        "end_time": _moment(plan.end_hour),
        "promoted_object": promoted,
        "targeting": targeting(plan),
    }
    if plan.bid.kind != "none":
        fields["bid_amount"] = plan.bid.amount_minor
    if plan.dsa_beneficiary:
        fields |= {"dsa_beneficiary": plan.dsa_beneficiary, "dsa_payor": plan.dsa_payor or plan.dsa_beneficiary}
    return fields


def targeting(plan: Plan) -> dict[str, Any]:
    """Explicit placements, always: leaving them out would let the platform add its own."""
    positions: dict[str, list[str]] = {}
    for name in plan.placements:
        place = PLACEMENTS[name]
        positions.setdefault(place.publisher, []).append(place.position)
    return {
        "geo_locations": {"countries": list(plan.audience.countries), "location_types": ["home", "recent"]},
        "age_min": plan.audience.age_min,
        "age_max": plan.audience.age_max,
        **_genders(plan),
        "targeting_automation": {"advantage_audience": int(plan.audience.advantage)},
        "publisher_platforms": sorted(positions),
        **{f"{publisher}_positions": sorted(names) for publisher, names in sorted(positions.items())},
        "device_platforms": ["mobile"],
    }


def _genders(plan: Plan) -> dict[str, list[int]]:
    codes = sorted(GENDER_CODES[g] for g in set(plan.audience.genders))
    return {} if len(codes) == len(GENDER_CODES) else {"genders": codes}


def _creative(plan: Plan, creative: Creative, image_hash: str, identity: Identity) -> dict[str, Any]:
    actor = {"instagram_user_id": identity.instagram_user_id} if identity.instagram_user_id else {}
    picture = {"image_hash": image_hash} if creative.picture else {"picture": creative.picture_url}
    return {
        "object_story_spec": {
            "page_id": identity.page_id,
            **actor,
            "link_data": {
                "link": "https://api.whatsapp.com/send",
                **picture,
                "message": creative.primary_text,
                "name": creative.headline,
                "description": creative.description,
                "call_to_action": {"type": "WHATSAPP_MESSAGE", "value": {"app_destination": "WHATSAPP"}},
                "page_welcome_message": _welcome(plan),
            },
        },
        # the preview that was approved is what people see: no rewritten text, no retouched picture
        "degrees_of_freedom_spec": {
            "creative_features_spec": {feature: {"enroll_status": "OPT_OUT"} for feature in KEPT_OUT}
        },
    }


def _welcome(plan: Plan) -> str:
    message: dict[str, Any] = {"text": plan.welcome.greeting}
    if plan.welcome.opening == "questions" and plan.welcome.ice_breakers:
        action = "ice_breakers"
        message["ice_breakers"] = [{"title": question} for question in plan.welcome.ice_breakers]
    else:
        action = "autofill_message"
        message["autofill_message"] = {"content": plan.welcome.prefilled}
    body = {
        "type": "VISUAL_EDITOR",
        "version": 2,
        "landing_screen_type": "welcome_message",
        "media_type": "text",
        "text_format": {"customer_action_type": action, "message": message},
        "user_edit": False,
        "surface": "visual_editor_new",
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _moment(hour: int) -> str:
    return datetime.fromtimestamp(hour * 3600, UTC).isoformat().replace("+00:00", "+0000")


def differences(expected: Mapping[str, Any], found: Mapping[str, Any], path: str = "") -> list[str]:
    """Paths of fields that were asked for and are not, or not so, on the platform. Fields it adds are its own."""
    wrong = []
    for key, value in expected.items():
        here = f"{path}{key}"
        if here in _NOT_COMPARED:
            continue
        if key not in found:
            wrong.append(here)
        elif isinstance(value, Mapping) and isinstance(found[key], Mapping):
            wrong += differences(value, found[key], f"{here}.")
        elif found[key] != value:
            wrong.append(here)
    return wrong


def foreign_places(fields: Mapping[str, Any]) -> list[str]:
    """Paths of publishers beyond Facebook and Instagram that the platform has put an ad set on by itself."""
    targeting = fields.get("targeting")
    found = targeting.get("effective_publisher_platforms") if isinstance(targeting, Mapping) else None
    return [f"targeting.effective_publisher_platforms.{name}" for name in found or () if name not in _OURS]
