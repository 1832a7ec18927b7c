"""Which fields and values Meta's own SDK knows, as a check on every request the stand-in receives.

The table is read out of the SDK's classes when the tests run, not written by hand and not taken from our adapter.
"""

import importlib
import json
import re
from functools import cache

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.api import FacebookAdsApi, FacebookSession

# what the SDK calls only "Object" or "map", and the class that says more
_KNOWN_AS = {
    "promoted_object": "AdPromotedObject",
    "degrees_of_freedom_spec": "AdCreativeDegreesOfFreedomSpec",
    "targeting_spec": "Targeting",
}
_CALLS = {
    "campaigns": "create_campaign",
    "adsets": "create_ad_set",
    "adimages": "create_ad_image",
    "adcreatives": "create_ad_creative",
    "ads": "create_ad",
    "insights": "get_insights",
    "delivery_estimate": "get_delivery_estimate",
    "generatepreviews": "get_generate_previews",
}
# enums that are plain texts in the SDK (the placement page of the Marketing API)
_VALUES = {
    "publisher_platforms": {"facebook", "instagram", "threads", "messenger", "audience_network", "whatsapp"},
    "facebook_positions": {
        "feed", "right_hand_column", "marketplace", "story", "search", "instream_video", "facebook_reels",
        "facebook_reels_overlay", "profile_feed", "notification",
    },
    "instagram_positions": {
        "stream", "story", "explore", "explore_home", "reels", "profile_feed", "ig_search", "profile_reels",
    },
    "device_platforms": {"mobile", "desktop"},
    "enroll_status": {"OPT_IN", "OPT_OUT"},
    "app_destination": {"WHATSAPP", "MESSENGER"},
}  # fmt: skip
_TYPES = {"AdCreativeLinkDataCallToAction": {"type": "type_enum"}}


@cache
def _account():
    return AdAccount("act_1", api=FacebookAdsApi(FacebookSession("1", "2", "3")))


@cache
def params_of(edge: str) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Parameters of a call by name, and the values of its enums."""
    request = getattr(_account(), _CALLS[edge])(pending=True)
    checker = request._param_checker
    types = dict(checker._type_check_info)
    if edge == "ads":
        types["creative"] = "CreativeReference"  # a reference by id is right by the guides, the node has none
    return types, {name: frozenset(map(str, values)) for name, values in checker._enum_data.items()}


@cache
def fields_of(name: str) -> dict[str, str] | None:
    """Fields of a node, None when the SDK has no such class."""
    if name == "CreativeReference":
        return {"creative_id": "string"}
    try:
        module = importlib.import_module(f"facebook_business.adobjects.{name.lower()}")
    except ModuleNotFoundError:
        return None
    return dict(getattr(module, name)._field_types)


def wrong(edge: str, form: dict[str, str]) -> list[str]:
    """What the SDK would not know of a request: unknown fields, values outside an enum, wrong types."""
    types, enums = params_of(edge)
    return [text for name, raw in form.items() for text in _wrong(name, raw, types.get(name), enums)]


def wrong_fields(node: str, names: str) -> list[str]:
    """Names in a `fields=` list that the node does not have."""
    known = fields_of(node)
    return [name for name in re.sub(r"\{[^}]*\}", "", names).split(",") if name not in known]


def objectives() -> frozenset[str]:
    return frozenset(v for k, v in vars(Campaign.Objective).items() if k.startswith("outcome"))


def statuses() -> frozenset[str]:
    return frozenset(v for k, v in vars(AdSet.Status).items() if not k.startswith("_"))


def _wrong(path, raw, kind, enums):
    if kind is None:
        return [f"{path}: unknown field"]
    return _mismatch(path, _plain(raw, kind), kind, enums)


def _plain(raw, kind):
    if not isinstance(raw, str) or kind in ("string", "datetime", "file") or kind.endswith("_enum"):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _mismatch(path, value, kind, enums):
    leaf = path.rsplit(".", 1)[-1].split("[")[0]
    if leaf in _VALUES:
        given = value if isinstance(value, list) else [value]
        return [f"{path}: {one!r} is no value of it" for one in given if one not in _VALUES[leaf]]
    if kind.endswith("_enum"):
        return [] if value in enums.get(kind, ()) else [f"{path}: {value!r} is no value of it"]
    if inner := re.fullmatch(r"list<(.+)>", kind):
        if not isinstance(value, list):
            return [f"{path}: a list is needed"]
        return [t for i, one in enumerate(value) for t in _mismatch(f"{path}[{i}]", one, inner.group(1), enums)]
    if kind in ("int", "unsigned int", "bool", "string", "float", "datetime"):
        return [] if _fits(value, kind) else [f"{path}: {value!r} is no {kind}"]
    node = _KNOWN_AS.get(leaf, kind)
    fields = fields_of(node)
    if fields is None:
        return []
    if not isinstance(value, dict):
        return [f"{path}: an object is needed"]
    found = []
    for name, one in value.items():
        inner_kind = _TYPES.get(node, {}).get(name) or fields.get(name)
        if inner_kind == "type_enum":
            kinds = importlib.import_module("facebook_business.adobjects.adcreative").AdCreative.CallToActionType
            found += [] if one in vars(kinds).values() else [f"{path}.{name}: {one!r} is no value of it"]
        else:
            found += _wrong(f"{path}.{name}", one, inner_kind, enums)
    return found


def _fits(value, kind):
    if kind == "bool":
        return isinstance(value, bool) or value in ("true", "false")
    if kind == "string":
        return isinstance(value, str)
    if kind == "datetime":
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}|\d{9,11}", str(value)))
    whole = re.fullmatch(r"-?\d+", str(value)) and not isinstance(value, bool)
    return bool(whole and (kind != "unsigned int" or int(value) >= 0)) or (kind == "float" and isinstance(value, float))
