import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ads import checks
from lib.ads.checks import SEVERITIES, check
from lib.ads.draft import Audience, Bid, Budget, Creative, Draft, Focus, Schedule, Welcome
from lib.ads.placements import PLACEMENT_IDS
from lib.ads.plan import PlanRefused, freeze
from lib.catalog.model import Item, Variant
from tests.ads.examples import NOW, a_draft, a_shop, an_item

CREATIVE = a_draft().creatives[0]
WELCOME = a_draft().welcome
MONDAY = date(2026, 11, 23)


def creative(**change):
    return {"draft": dict(creatives=(CREATIVE.model_copy(update=change),))}


def audience(**change):
    return {"draft": dict(audience=Audience(**{"countries": ("EG",), **change}))}


def welcome(**change):
    return {"draft": dict(welcome=WELCOME.model_copy(update=change))}


def run(first, last):
    return {"draft": dict(schedule=Schedule(first_day=first, last_day=last))}


def draft(**change):
    return {"draft": change}


def item(**change):
    return {"item": change}


# code, what is changed in a faultless case, the field it must name, parameters it must carry
CASES = [
    ("primary_text_empty", creative(primary_text=" \n"), "creatives.0.primary_text", {}),
    ("headline_empty", creative(headline=""), "creatives.0.headline", {}),
    ("text_cut_off", creative(headline="x" * 41), "creatives.0.headline", {"limit": 40, "length": 41}),
    (
        "text_cut_off",
        creative(primary_text="word " * 30),
        "creatives.0.primary_text",
        {"limit": 125, "placements": ("facebook_feed", "instagram_feed", "instagram_story")},
    ),
    ("text_cut_off", creative(description="x" * 31), "creatives.0.description", {"placements": ("facebook_feed",)}),
    ("text_too_long", creative(primary_text="x" * 1001), "creatives.0.primary_text", {"limit": 1000, "length": 1001}),
    ("text_too_long", creative(headline="x" * 256), "creatives.0.headline", {"limit": 255}),
    ("text_too_long", creative(headline="a" + "\u0301" * 300), "creatives.0.headline", {"length": 301}),
    ("text_too_long", welcome(greeting="x" * 301), "welcome.greeting", {"limit": 300}),
    ("text_too_long", welcome(ice_breakers=("x" * 81,)), "welcome.ice_breakers.0", {"limit": 80}),
    ("text_too_long", welcome(prefilled="stoneware mug" + "x" * 500), "welcome.prefilled", {"limit": 500}),
    ("direction_marks", creative(headline="\u202egnp"), "creatives.0.headline", {"characters": ("U+202E",)}),
    ("control_characters", welcome(greeting="a\x07"), "welcome.greeting", {"characters": ("U+0007",)}),
    ("invisible_characters", creative(description="a\u200b"), "creatives.0.description", {"characters": ("U+200B",)}),
    ("stacked_marks", creative(headline="a" + "\u0301" * 9), "creatives.0.headline", {}),
    ("looks_like_markup", creative(primary_text="<b>Mug</b>"), "creatives.0.primary_text", {}),
    (
        "price_differs",
        creative(headline="Mug 99 EGP"),
        "creatives.0.headline",
        {"found": ("99 egp",), "price_minor": 18_000, "currency": "EGP"},
    ),
    ("picture_missing", creative(picture=""), "creatives.0.picture", {}),
    ("picture_not_fetched", creative(picture="", picture_url="https://x.example/a"), "creatives.0.picture", {}),
    ("creatives_count", draft(creatives=()), "creatives", {"count": 0, "maximum": 2}),
    ("creatives_count", draft(creatives=(CREATIVE,) * 3), "creatives", {"count": 3}),
    ("creatives_same", draft(creatives=(CREATIVE, CREATIVE.model_copy(update={"name": "B"}))), "creatives.1", {}),
    ("creative_name_empty", creative(name=" "), "creatives.0.name", {}),
    ("creative_name_repeated", draft(creatives=(CREATIVE, CREATIVE)), "creatives.1.name", {"name": "A"}),
    ("placements_missing", draft(placements=()), "placements", {}),
    ("placement_inside_whatsapp", draft(placements=("facebook_feed", "whatsapp_status")), "placements", {}),
    ("placement_unknown", draft(placements=("facebook_feed", "threads")), "placements", {"placement": "threads"}),
    ("placement_repeated", draft(placements=("facebook_feed",) * 2), "placements", {"placement": "facebook_feed"}),
    ("story_alone", draft(placements=("facebook_story", "facebook_reels")), "placements", {}),
    ("instagram_only", draft(placements=("instagram_feed", "instagram_story")), "placements", {}),
    ("countries_missing", audience(countries=()), "audience.countries", {}),
    ("country_unknown", audience(countries=("EG", "XX")), "audience.countries", {"countries": ("XX",)}),
    ("age_out_of_range", audience(age_min=17), "audience.age_min", {"minimum": 18, "maximum": 65}),
    ("age_out_of_range", audience(age_max=66), "audience.age_max", {}),
    ("age_order", audience(age_min=40, age_max=30), "audience.age_max", {}),
    ("genders_missing", audience(genders=()), "audience.genders", {}),
    ("gender_unknown", audience(genders=("female", "x")), "audience.genders", {"genders": ("x",)}),
    ("advantage_age_max", audience(advantage=True, age_max=50), "audience.age_max", {"required": 65}),
    ("advantage_age_min", audience(advantage=True, age_min=26), "audience.age_min", {"maximum": 25}),
    ("objective_unknown", draft(objective="MESSAGES"), "objective", {}),
    (
        "goal_not_allowed",
        draft(objective="OUTCOME_LEADS", optimization_goal="LINK_CLICKS"),
        "optimization_goal",
        {"objective": "OUTCOME_LEADS", "allowed": ("CONVERSATIONS",)},
    ),
    ("billing_not_allowed", draft(billing_event="LINK_CLICKS"), "billing_event", {"allowed": ("IMPRESSIONS",)}),
    ("end_before_start", run(MONDAY, MONDAY - timedelta(days=1)), "schedule.last_day", {}),
    ("start_in_past", run(MONDAY - timedelta(days=2), MONDAY), "schedule.first_day", {"today": date(2026, 11, 22)}),
    ("end_in_past", run(MONDAY - timedelta(days=9), MONDAY - timedelta(days=2)), "schedule.last_day", {}),
    ("start_too_far", run(date(2028, 1, 1), date(2028, 1, 3)), "schedule.first_day", {"days": 366}),
    ("run_too_long", run(MONDAY, MONDAY + timedelta(days=180)), "schedule.last_day", {"days": 180}),
    (
        "no_hours_left",
        {**run(date(2026, 11, 22), date(2026, 11, 22)), "now": datetime(2026, 11, 22, 21, 30, tzinfo=UTC)},
        "schedule.last_day",
        {},
    ),
    ("daily_run_too_short", run(MONDAY, MONDAY), "budget.kind", {}),
    (
        "budget_below_minimum",
        draft(budget=Budget(amount_minor=2_361)),
        "budget.amount_minor",
        {"minimum_minor": 2_362, "days": 1, "kind": "daily", "currency": "EGP"},
    ),
    (
        "budget_below_minimum",
        draft(budget=Budget(kind="lifetime", amount_minor=7 * 2_362 - 1)),
        "budget.amount_minor",
        {"minimum_minor": 7 * 2_362, "days": 7, "kind": "lifetime"},
    ),
    ("budget_too_large", draft(budget=Budget(amount_minor=10**13)), "budget.amount_minor", {}),
    ("currency_unknown", draft(currency="KWD"), "currency", {"currency": "KWD"}),
    ("currency_mismatch", draft(currency="USD"), "currency", {"currency": "USD", "shop_currency": "EGP"}),
    ("bid_missing", draft(bid=Bid(kind="bid_cap")), "bid.amount_minor", {}),
    ("bid_unused", draft(bid=Bid(amount_minor=5)), "bid.amount_minor", {}),
    (
        "budget_below_bid",
        draft(bid=Bid(kind="cost_cap", amount_minor=5_001)),
        "budget.amount_minor",
        {"minimum_minor": 25_005, "times": 5},
    ),
    ("special_category_unknown", draft(special_ad_categories=("PETS",)), "special_ad_categories", {}),
    (
        "special_category_limits_audience",
        draft(special_ad_categories=("HOUSING",), audience=Audience(countries=("EG",), age_min=25)),
        "audience",
        {},
    ),
    (
        "special_category_authorisation",
        draft(special_ad_categories=("ISSUES_ELECTIONS_POLITICS",)),
        "special_ad_categories",
        {},
    ),
    ("dsa_identity_missing", audience(countries=("EG", "DE")), "dsa_beneficiary", {}),
    ("dsa_identity_missing", audience(countries=("NO",)), "dsa_payor", {}),
    ("prefilled_empty", welcome(prefilled="  "), "welcome.prefilled", {}),
    ("prefilled_without_item", welcome(prefilled="Hello"), "welcome.prefilled", {"title": "Stoneware mug"}),
    ("greeting_empty", welcome(greeting=""), "welcome.greeting", {}),
    ("questions_missing", welcome(opening="questions", ice_breakers=()), "welcome.ice_breakers", {}),
    ("ice_breakers_too_many", welcome(ice_breakers=tuple("abcde")), "welcome.ice_breakers", {"maximum": 4}),
    ("ice_breaker_empty", welcome(ice_breakers=("a", " ")), "welcome.ice_breakers.1", {}),
    ("ice_breaker_repeated", welcome(ice_breakers=("How much?", "how MUCH?")), "welcome.ice_breakers.1", {}),
    ("price_unknown", item(price_minor=None), "item", {}),
    ("price_zero", item(price_minor=0), "item", {}),
    ("price_zero", item(price_minor=-1), "item", {}),
    ("out_of_stock", item(availability="out of stock"), "item", {}),
    ("item_discontinued", item(availability="discontinued"), "item", {}),
    ("item_hidden", item(visible=False), "item", {}),
    ("item_untitled", item(title=" "), "item", {}),
    ("other_item", item(retailer_id="bowl"), "item", {"retailer_id": "bowl"}),
    ("other_shop", draft(shop_id="elsewhere"), "item", {"shop_id": "nile"}),
]


def found(change):
    now = change.get("now", NOW)
    return check(a_draft(**change.get("draft", {})), an_item(**change.get("item", {})), a_shop(), now)


def test_a_faultless_draft_has_nothing_against_it():
    assert found({}) == ()


@pytest.mark.parametrize(("code", "change", "field", "params"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES])
def test_each_fault_is_found_at_its_field(code, change, field, params):
    hits = [c for c in found(change) if (c.code, c.field) == (code, field)]
    assert len(hits) == 1
    assert hits[0].severity == SEVERITIES[code]
    assert {name: hits[0].params[name] for name in params} == params


def test_every_code_has_a_case():
    assert {case[0] for case in CASES} == set(SEVERITIES)


def test_every_code_in_the_sources_is_registered():
    from pathlib import Path

    sources = [Path(checks.__file__), Path(checks.__file__).with_name("text_checks.py")]
    named = {c for path in sources for c in re.findall(r'Finding\(\s*"(\w+)"', path.read_text(encoding="utf-8"))}
    assert named <= set(SEVERITIES)


@pytest.mark.parametrize("case", [c for c in CASES if SEVERITIES[c[0]] == "error"], ids=lambda c: c[0])
def test_every_error_stops_a_launch(case):
    code, change, *_ = case
    now = change.get("now", NOW)
    with pytest.raises(PlanRefused) as refused:
        freeze(a_draft(**change.get("draft", {})), an_item(**change.get("item", {})), a_shop(), now)
    assert code in {c.code for c in refused.value.checks}


def test_errors_come_before_warnings():
    change = {"draft": dict(placements=("instagram_feed",), budget=Budget(amount_minor=1))}
    assert [c.severity for c in found(change)] == ["error", "warning"]


def test_reels_alone_do_not_warn_of_a_text_that_feeds_show_in_full():
    text = "A mug. " * 17
    change = {"draft": dict(placements=PLACEMENT_IDS, creatives=(CREATIVE.model_copy(update={"primary_text": text}),))}
    assert found(change) == ()


def test_the_price_of_the_moment_counts():
    from lib.catalog.model import Sale

    sale = Sale(minor=15_000, ends=datetime(2026, 12, 1, tzinfo=UTC))
    on_sale = an_item(regular_minor=18_000, sale=sale)
    words = a_draft(creatives=(CREATIVE.model_copy(update={"primary_text": "Now 150 EGP instead of 180 EGP"}),))
    assert check(words, on_sale, a_shop(), NOW) == ()
    stale = a_draft(creatives=(CREATIVE.model_copy(update={"primary_text": "Now 120 EGP"}),))
    assert [c.code for c in check(stale, on_sale, a_shop(), NOW)] == ["price_differs"]


def test_a_name_that_holds_both_dsa_parties_satisfies_europe():
    europe = a_draft(audience=Audience(countries=("DE",)), dsa_beneficiary="Nile House", dsa_payor="Nile House")
    assert check(europe, an_item(), a_shop(), NOW) == ()


numbers = st.integers(-(10**20), 10**20)
words = st.text(max_size=60)
creatives = st.builds(
    Creative,
    name=words,
    primary_text=words,
    headline=words,
    description=words,
    picture=words,
    picture_url=words,
    focus=st.lists(st.builds(Focus, placement=words, x=st.integers(0, 100), y=st.integers(0, 100)), max_size=2).map(
        tuple
    ),
)
drafts = st.builds(
    Draft,
    shop_id=words,
    retailer_id=words,
    name=words,
    language=st.sampled_from(["ar", "en"]),
    currency=st.sampled_from(["EGP", "JPY", "USD", "KWD"]) | words,
    creatives=st.lists(creatives, max_size=3).map(tuple),
    audience=st.builds(
        Audience,
        countries=st.lists(words | st.just("DE"), max_size=3).map(tuple),
        age_min=numbers,
        age_max=numbers,
        genders=st.lists(words, max_size=2).map(tuple),
        advantage=st.booleans(),
    ),
    budget=st.builds(Budget, kind=st.sampled_from(["daily", "lifetime"]), amount_minor=numbers),
    schedule=st.builds(Schedule, first_day=st.dates(), last_day=st.dates())
    | st.builds(
        lambda start, days: Schedule(first_day=MONDAY + timedelta(start), last_day=MONDAY + timedelta(start + days)),
        st.integers(-3, 400),
        st.integers(-3, 200),
    ),
    placements=st.lists(st.sampled_from([*PLACEMENT_IDS, "whatsapp_status"]) | words, max_size=4).map(tuple),
    welcome=st.builds(
        Welcome,
        greeting=words,
        prefilled=words,
        ice_breakers=st.lists(words, max_size=6).map(tuple),
        opening=st.sampled_from(["message", "questions"]),
    ),
    objective=st.sampled_from(list(checks.GOALS)) | words,
    optimization_goal=words,
    billing_event=words,
    bid=st.builds(Bid, kind=st.sampled_from(["none", "bid_cap", "cost_cap"]), amount_minor=numbers),
    special_ad_categories=st.lists(words, max_size=2).map(tuple),
)
prices = st.none() | st.integers(-5, 10**9)
items = st.builds(
    Item,
    retailer_id=words,
    title=words,
    currency=st.sampled_from(["EGP", "JPY", "KWD", ""]),
    price_minor=prices,
    regular_minor=prices,
    variants=st.lists(st.builds(Variant, retailer_id=words, price_minor=prices), max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(drafts, items)
def test_checking_never_fails_and_never_lets_a_wrong_placement_through(any_draft, any_item):
    codes = {c.code for c in check(any_draft, any_item, a_shop(), NOW)}
    assert codes <= set(SEVERITIES)
    if set(any_draft.placements) - set(PLACEMENT_IDS):
        assert codes & {"placement_inside_whatsapp", "placement_unknown"}
    if any(SEVERITIES[code] == "error" for code in codes):
        with pytest.raises(PlanRefused):
            freeze(any_draft, any_item, a_shop(), NOW)
