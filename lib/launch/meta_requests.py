"""The calls a plan becomes on Meta, as plain values: what the adapter sends and what the dry run shows are these."""

from collections.abc import Mapping
from typing import Any, Final

from lib.ads.plan import Plan
from lib.launch.adapter import ObjectKind, Status
from lib.launch.meta_http import Request
from lib.launch.objects import Identity, object_fields, targeting

EDGES: Final[Mapping[str, str]] = {
    "campaign": "campaigns",
    "adset": "adsets",
    "image": "adimages",
    "creative": "adcreatives",
    "ad": "ads",
}
READ_FIELDS: Final[Mapping[str, str]] = {
    "campaign": (
        "id,name,objective,buying_type,status,effective_status,special_ad_categories,special_ad_category_country,"
        "is_adset_budget_sharing_enabled,daily_budget,lifetime_budget"
    ),
    "adset": (
        "id,name,campaign_id,status,effective_status,destination_type,optimization_goal,billing_event,bid_strategy,"
        "bid_amount,daily_budget,lifetime_budget,start_time,end_time,promoted_object,targeting,dsa_beneficiary,"
        "dsa_payor,issues_info"
    ),
    "creative": "id,name,status,object_story_spec,degrees_of_freedom_spec",
    "ad": "id,name,status,effective_status,adset_id,campaign_id,creative{id}",
}
# everything a campaign, ad set or ad can be: look-ups must see what somebody deleted as well
_SHARED: Final = ("ACTIVE", "PAUSED", "DELETED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES")
STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "campaign": _SHARED,
    "adset": (*_SHARED, "CAMPAIGN_PAUSED"),
    "ad": (
        *_SHARED,
        "CAMPAIGN_PAUSED",
        "ADSET_PAUSED",
        "PENDING_REVIEW",
        "DISAPPROVED",
        "PREAPPROVED",
        "PENDING_BILLING_INFO",
    ),
}
PAGE: Final = 200
STARTED: Final = "onsite_conversion.messaging_conversation_started_7d"


def account(account_id: str) -> Request:
    fields = "id,name,currency,timezone_name,account_status,disable_reason,spend_cap,amount_spent,balance"
    return Request("account", "GET", account_id, {"fields": fields})


def minimum_budgets(account_id: str) -> Request:
    return Request("minimum_budgets", "GET", f"{account_id}/minimum_budgets", {})


def try_campaign(account_id: str, plan: Plan, name: str, identity: Identity) -> Request:
    """The campaign, looked at by Meta and not made."""
    fields = object_fields(plan, "campaign", {}, identity)
    return Request(
        "validate",
        "POST",
        f"{account_id}/campaigns",
        {"name": name, **fields, "status": "PAUSED", "execution_options": ["validate_only"]},
    )


def create(account_id: str, kind: ObjectKind, name: str, fields: Mapping[str, Any]) -> Request:
    if kind == "image":
        return Request("image", "POST", f"{account_id}/adimages", {}, picture=str(fields["picture"]))
    status = {} if kind == "creative" else {"status": "PAUSED"}
    return Request(kind, "POST", f"{account_id}/{EDGES[kind]}", {"name": name, **fields, **status})


def find(account_id: str, kind: ObjectKind, tag: str, after: str = "") -> Request:
    fields: dict[str, Any] = {"fields": "id,name", "limit": PAGE}
    if kind in STATUSES:
        fields["filtering"] = [
            {"field": f"{kind}.name", "operator": "CONTAIN", "value": tag},
            {"field": f"{kind}.effective_status", "operator": "IN", "value": list(STATUSES[kind])},
        ]
    return Request("find", "GET", f"{account_id}/{EDGES[kind]}", {**fields, **_after(after)})


def read(kind: ObjectKind, object_id: str) -> Request:
    return Request("verify", "GET", object_id, {"fields": READ_FIELDS[kind]})


def switch(object_id: str, status: Status) -> Request:
    return Request("activate" if status == "ACTIVE" else status.lower(), "POST", object_id, {"status": status})


def update(object_id: str, fields: Mapping[str, Any]) -> Request:
    return Request("update", "POST", object_id, dict(fields))


def ads_of(campaign_id: str, after: str = "") -> Request:
    fields = "id,name,effective_status,ad_review_feedback,issues_info"
    return Request("review", "GET", f"{campaign_id}/ads", {"fields": fields, "limit": PAGE, **_after(after)})


def insights(campaign_id: str, since: str, until: str, breakdowns: tuple[str, ...], after: str = "") -> Request:
    """One row an ad and day, and each of the breakdowns. Dates are the ad account's, both included."""
    fields: dict[str, Any] = {
        "level": "ad",
        "fields": "ad_id,ad_name,impressions,inline_link_clicks,spend,account_currency,actions",
        "time_range": {"since": since, "until": until},
        "time_increment": 1,
        "limit": PAGE,
    }
    if breakdowns:
        fields["breakdowns"] = list(breakdowns)
    return Request("insights", "GET", f"{campaign_id}/insights", {**fields, **_after(after)})


def reach(campaign_id: str, since: str, until: str, breakdowns: tuple[str, ...] = ()) -> Request:
    """People reached over the whole time: they can not be added up, so they are asked for apart."""
    fields: dict[str, Any] = {
        "level": "campaign",
        "fields": "reach",
        "time_range": {"since": since, "until": until},
        "limit": PAGE,
    }
    if breakdowns:
        fields["breakdowns"] = list(breakdowns)
    return Request("reach", "GET", f"{campaign_id}/insights", fields)


def estimate(account_id: str, plan: Plan, identity: Identity) -> Request:
    return Request(
        "estimate",
        "GET",
        f"{account_id}/delivery_estimate",
        {
            "optimization_goal": plan.optimization_goal,
            "targeting_spec": targeting(plan),
            "promoted_object": object_fields(plan, "adset", {"campaign": ""}, identity)["promoted_object"],
        },
    )


def preview(account_id: str, creative: Mapping[str, Any], ad_format: str) -> Request:
    return Request(
        "preview", "GET", f"{account_id}/generatepreviews", {"creative": dict(creative), "ad_format": ad_format}
    )


def _after(after: str) -> dict[str, str]:
    return {"after": after} if after else {}
