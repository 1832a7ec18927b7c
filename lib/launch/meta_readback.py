"""What Meta reads back, in the shape it was sent in, so that the two can be compared field by field."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lib.launch.adapter import ObjectKind, RemoteObject, Unknown

_MONEY = ("daily_budget", "lifetime_budget", "bid_amount")
_LISTS = ("publisher_platforms", "facebook_positions", "instagram_positions", "device_platforms", "genders")
_APART = frozenset({"id", "name", "status", "effective_status", "issues_info"})


def remote_object(kind: ObjectKind, answer: Mapping[str, Any]) -> RemoteObject:
    """Raises Unknown for an answer that is not an object of Meta's."""
    object_id = answer.get("id")
    if not isinstance(object_id, str) or not object_id.isdigit():
        raise Unknown("answer_not_understood")
    return RemoteObject(
        id=object_id,
        kind=kind,
        name=str(answer.get("name", "")),
        status=str(answer.get("status", "")),
        effective_status=str(answer.get("effective_status", "")),
        fields=as_sent(kind, {k: v for k, v in answer.items() if k not in _APART}),
    )


def as_sent(kind: ObjectKind, fields: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(fields)
    for name in _MONEY:
        if name in told:
            told[name] = _whole(told[name])
            if not told[name]:  # a budget Meta does not use is told as 0
                del told[name]
    if kind == "campaign":
        told["special_ad_categories"] = [c for c in told.get("special_ad_categories") or [] if c != "NONE"]
    if kind == "adset":
        told |= {name: _moment(told[name]) for name in ("start_time", "end_time") if name in told}
        if isinstance(told.get("targeting"), Mapping):
            told["targeting"] = _targeting(told["targeting"])
    if kind == "creative" and isinstance(told.get("object_story_spec"), Mapping):
        told["object_story_spec"] = _story(told["object_story_spec"])
    if kind == "ad" and isinstance(told.get("creative"), Mapping):
        told["creative"] = {"creative_id": str(told["creative"].get("id", ""))}
    return told


def _targeting(found: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(found)
    for name in _LISTS:
        if isinstance(told.get(name), list):
            told[name] = sorted(told[name], key=str)
    # an empty list of positions inside WhatsApp is Meta saying that there are none
    return {name: value for name, value in told.items() if value != []}


def _story(found: Mapping[str, Any]) -> dict[str, Any]:
    link = dict(found.get("link_data") or {})
    if "page_welcome_message" in link:
        link["page_welcome_message"] = _sorted_json(link["page_welcome_message"])
    return {**found, "link_data": link}


def _sorted_json(text: Any) -> Any:
    try:
        body = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return text
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _whole(value: Any) -> Any:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else value


def _moment(text: Any) -> Any:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return text
    return moment.astimezone(UTC).isoformat().replace("+00:00", "+0000") if moment.tzinfo else text
