"""What Meta refuses must be caught before it is sent: the stand-in's rules against our own, row by row."""

import json
from copy import deepcopy

import pytest

from lib.launch.adapter import Rejected
from lib.launch.meta_requests import create
from lib.launch.objects import object_fields, steps_of
from lib.launch.refusals import check_fields
from tests.launch.meta_studio import ACCOUNT, MetaStudio, account
from tests.standin import rules, sdk_fields
from tests.standin.account import AdObject, Platform
from tests.standin.rules import Refusal

GONE = object()
LINK = "object_story_spec.link_data"
# kind, path of the field, what it becomes
TABLE = [
    ("campaign", "special_ad_categories", GONE),
    ("campaign", "special_ad_categories", ["HOUSING"]),
    ("campaign", "objective", "CONVERSIONS"),
    ("campaign", "objective", "OUTCOME_AWARENESS"),
    ("campaign", "objective", GONE),
    ("campaign", "is_adset_budget_sharing_enabled", GONE),
    ("adset", "campaign_id", GONE),
    ("adset", "destination_type", "WEBSITE"),
    ("adset", "destination_type", GONE),
    ("adset", "optimization_goal", "POST_ENGAGEMENT"),
    ("adset", "optimization_goal", "THRUPLAY"),
    ("adset", "billing_event", "LINK_CLICKS"),
    ("adset", "promoted_object", {}),
    ("adset", "promoted_object", GONE),
    ("adset", "lifetime_budget", 50_000),
    ("adset", "daily_budget", GONE),
    ("adset", "daily_budget", 0),
    ("adset", "daily_budget", -5_000),
    ("adset", "bid_strategy", GONE),
    ("adset", "bid_strategy", "COST_CAP"),
    ("adset", "bid_amount", 1_000),
    ("adset", "end_time", "2020-01-01T00:00:00+0000"),
    ("adset", "targeting.geo_locations", GONE),
    ("adset", "targeting.geo_locations.countries", ["Egypt"]),
    ("adset", "targeting.geo_locations.location_types", ["travel_in"]),
    ("adset", "targeting.age_min", 13),
    ("adset", "targeting.age_max", 70),
    ("adset", "targeting.age_min", 66),
    ("adset", "targeting.genders", [3]),
    ("adset", "targeting.targeting_automation", GONE),
    ("adset", "targeting", {"advantage_age_max": True}),
    ("adset", "targeting", {"advantage_age_min": True}),
    ("adset", "targeting.publisher_platforms", ["facebook", "myspace"]),
    ("adset", "targeting.publisher_platforms", ["facebook"]),
    ("adset", "targeting.facebook_positions", ["video_feeds"]),
    ("adset", "targeting.instagram_positions", ["explore_home"]),
    ("adset", "targeting", {"facebook_story_alone": True}),
    ("adset", "targeting.geo_locations.countries", ["DE"]),
    ("creative", "object_story_spec.page_id", GONE),
    ("creative", "object_story_spec.page_id", "999999999999999"),
    ("creative", f"{LINK}.image_hash", GONE),
    ("creative", f"{LINK}.call_to_action.type", "SHOP_NOW"),
    ("creative", f"{LINK}.call_to_action.value", {}),
    ("creative", f"{LINK}.link", "ftp://x"),
    ("creative", f"{LINK}.page_welcome_message", GONE),
    ("creative", f"{LINK}.page_welcome_message", "Hello"),
    ("creative", "degrees_of_freedom_spec.creative_features_spec.standard_enhancements", {"enroll_status": "OPT_IN"}),
    ("ad", "creative", GONE),
    ("ad", "adset_id", GONE),
]


def changed(fields, path, value):
    fields = deepcopy(fields)
    if path == "targeting" and isinstance(value, dict):
        t = fields["targeting"]
        if "facebook_story_alone" in value:
            t |= {"publisher_platforms": ["facebook"], "facebook_positions": ["story"]}
            t.pop("instagram_positions", None)
        else:
            t["targeting_automation"] = {"advantage_audience": 1}
            t |= {"age_max": 40} if "advantage_age_max" in value else {"age_min": 30, "age_max": 65}
        return fields
    *way, last = path.split(".")
    at = fields
    for name in way:
        at = at[name]
    if value is GONE:
        at.pop(last)
    else:
        at[last] = value
    return fields


@pytest.fixture
def world(db, wall):
    """The fields of a sound plan, and a platform that has what they hang on."""
    studio = MetaStudio(db, wall, url="http://127.0.0.1:9")
    platform = Platform([account()], wall)
    mine, identity = platform.accounts[ACCOUNT], studio.settings_now.accounts[ACCOUNT].identity
    mine.images.add("hash")
    plan = studio.plan()
    ids = {"campaign": "1", "adset": "2", "image/1": "hash", "creative/1": "3"}
    fields = {s.split("/")[0]: object_fields(plan, s, ids, identity) for s in steps_of(plan)}
    for kind, object_id in (("campaign", "1"), ("adset", "2"), ("creative", "3")):
        platform.objects[object_id] = AdObject(object_id, ACCOUNT, kind, fields[kind], "PAUSED", wall.now)
    return platform, fields


def meta_refuses(platform, kind, fields):
    sent = create(ACCOUNT, kind, "x", fields)
    form = sent.form()
    try:
        wrong = sdk_fields.wrong(sent.path.split("/")[1], form)
        platform.check(platform.accounts[ACCOUNT], kind, rules.decoded(form))
    except (Refusal, KeyError, AttributeError):
        return True
    return bool(wrong)


def we_refuse(kind, fields):
    try:
        check_fields(kind, fields)
    except Rejected:
        return True
    return False


def test_a_sound_plan_is_taken(world):
    platform, fields = world
    for kind, told in fields.items():
        check_fields(kind, told)
        if kind != "image":
            assert not meta_refuses(platform, kind, told), kind


def test_what_meta_refuses_is_caught_before_it_is_sent(world):
    platform, fields = world
    missed, rows = [], 0
    for kind, path, value in TABLE:
        told = changed(fields[kind], path, value)
        assert meta_refuses(platform, kind, told), (kind, path, value)
        rows += 1
        if not we_refuse(kind, told):
            missed.append((kind, path, value))
    assert rows >= 40
    assert len(missed) <= 0.05 * rows, missed


@pytest.mark.parametrize(
    "targeting",
    [
        {"publisher_platforms": ["facebook", "whatsapp"]},
        {"whatsapp_positions": ["status"]},
        {"user_age_unknown": True},
        {"placement_soft_opt_out": {"facebook_positions": ["feed"]}},
    ],
)
def test_nothing_inside_whatsapp_is_ever_asked_for(world, targeting):
    _, fields = world
    told = {**fields["adset"], "targeting": {**fields["adset"]["targeting"], **targeting}}
    with pytest.raises(Rejected):
        check_fields("adset", told)


def test_without_an_end_nothing_is_asked_for(world):
    _, fields = world
    assert we_refuse("adset", changed(fields["adset"], "end_time", GONE))


def test_the_sdk_knows_what_we_read(db, wall):
    from lib.launch.meta_requests import READ_FIELDS

    nodes = {"campaign": "Campaign", "adset": "AdSet", "creative": "AdCreative", "ad": "Ad"}
    assert {kind: sdk_fields.wrong_fields(nodes[kind], names) for kind, names in READ_FIELDS.items()} == {
        kind: [] for kind in nodes
    }


def test_the_check_against_the_sdk_can_fail(world):
    _, fields = world
    form = create(ACCOUNT, "adset", "x", fields["adset"]).form()
    assert sdk_fields.wrong("adsets", form) == []
    assert sdk_fields.wrong("adsets", {**form, "optimisation_goal": "X"})
    assert sdk_fields.wrong("adsets", {**form, "optimization_goal": "CHATS"})
    spoiled = json.loads(form["targeting"]) | {"facebook_position": ["feed"]}
    assert sdk_fields.wrong("adsets", {**form, "targeting": json.dumps(spoiled)})
