"""What an error answer of Meta's means for a launch (codes: meta-ctwa reference 1.14, reliability reference 3.4).

Branches on code and subcode, never on text. Meta's own title and message go along for the person who must act.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from lib.launch.adapter import Barred, NotThereYet, Outcome, Rejected, Throttled, Unknown
from lib.launch.redact import redact

_THROTTLED = frozenset({4, 17, 32, 341, 613, *range(80000, 80007), 80008, 80009, 80014})
_TOKEN = frozenset({102, 190})
_PERMISSION = frozenset({3, 10, 294, *range(200, 300)})
_MAYBE = frozenset({1, 2, 99, 960})  # it says nothing about whether the thing was done
LAG = (100, 33)
FLAKY = (100, 1487390)  # "create failed, try again later": seen to succeed now and then
REASONS: Mapping[int, str] = {
    4834011: "budget_sharing_missing",
    1870227: "advantage_audience_missing",
    1870188: "advantage_age_min",
    1870189: "advantage_age_max",
    2490487: "bid_missing",
    1815433: "placements_refused",
    2490562: "placements_refused",
    2490392: "placements_refused",
    1885272: "budget_too_low",
    1885650: "budget_too_low",
    1487901: "budget_too_low",
    1885621: "one_budget_needed",
    3858152: "dsa_identity_missing",
    3858081: "dsa_identity_missing",
    2446880: "number_not_linked",
    2446509: "destination_refused",
    1815199: "instagram_no_access",
    1870199: "location_types_refused",
    3858258: "picture_not_loaded",
    1487033: "end_in_past",
    1885183: "app_in_development",
    1885029: "page_differs",
    2446391: "welcome_message_missing",
    1404163: "account_may_not_advertise",
    1373054: "call_to_action",
    2708008: "authorisation_needed",
    2909035: "special_category_limits_audience",
    1487632: "budget_changed_too_often",
}
TEXT_MAX = 500


def outcome_of(error: Mapping[str, Any], http: int, headers: Mapping[str, str]) -> Outcome:
    """The outcome that an answer with Meta's error object stands for."""
    code, subcode = _whole(error.get("code")), _whole(error.get("error_subcode"))
    told: dict[str, Any] = {
        "code": code,
        "subcode": subcode,
        "http": http,
        "trace_id": redact(str(error.get("fbtrace_id") or ""))[:64] or None,
        "detail": _detail(error),
    }
    if http == 429 or code in _THROTTLED:
        return Throttled("throttled", wait=time_to_wait(headers), **told)
    if code in _TOKEN:
        return Barred("token_refused", **told)
    if code in _PERMISSION:
        return Barred("permission_missing", **told)
    if code == 368:
        return Barred("account_blocked", **told)
    if (code, subcode) == LAG:
        return NotThereYet("not_there_yet", **told)
    if (code, subcode) == FLAKY or code is None or code in _MAYBE or (http >= 500 and code != 100):
        return Unknown("answer_says_neither", **told)
    if subcode == 1404163:
        return Barred("account_may_not_advertise", **told)
    return Rejected(REASONS.get(subcode or 0, "refused_by_meta"), **told)


def time_to_wait(headers: Mapping[str, str]) -> timedelta | None:
    """What Meta's usage headers say of when to come back; None when they say nothing."""
    minutes = [
        _whole(row.get("estimated_time_to_regain_access")) or 0
        for rows in _json(headers.get("x-business-use-case-usage")).values()
        if isinstance(rows, list)
        for row in rows
        if isinstance(row, Mapping)
    ]
    account = _json(headers.get("x-ad-account-usage"))
    full = isinstance(account.get("acc_id_util_pct"), int | float) and account["acc_id_util_pct"] >= 100
    seconds = (_whole(account.get("reset_time_duration")) or 0) if full else 0
    longest = max([60 * m for m in minutes] + [seconds])
    return timedelta(seconds=min(longest, 24 * 3600)) if longest > 0 else None


def _detail(error: Mapping[str, Any]) -> dict[str, Any]:
    data = error.get("error_data")
    data = _json(data) if isinstance(data, str) else data
    blamed = data.get("blame_field_specs") if isinstance(data, Mapping) else None
    title, said = error.get("error_user_title"), error.get("error_user_msg") or error.get("message")
    detail = {
        "title": redact(str(title))[:TEXT_MAX] if title else None,
        "said": redact(str(said))[:TEXT_MAX] if said else None,
        "fields": _paths(blamed),
    }
    return {name: value for name, value in detail.items() if value}


def _paths(blamed: Any) -> list[str]:
    if not isinstance(blamed, list):
        return []
    return [".".join(map(str, path))[:200] if isinstance(path, list) else str(path)[:200] for path in blamed[:20]]


def _json(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None
