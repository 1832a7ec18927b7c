import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.ads.checks import check, errors
from lib.ads.draft import Budget, Focus, Schedule
from lib.ads.plan import BadPlan, PlanRefused, freeze, load_plan
from lib.ads.scenario import scenario_of
from tests.ads.examples import NOW, a_draft, a_shop, an_item


def a_plan(**change):
    return freeze(a_draft(**change), an_item(), a_shop(), NOW)


def test_freezing_keeps_all_a_launch_needs():
    plan = a_plan()
    assert (plan.draft_id, plan.shop_id, plan.retailer_id) == ("d1", "nile", "mug")
    assert plan.destination_type == "WHATSAPP"
    assert plan.billing_event == "IMPRESSIONS"
    assert plan.end_hour - plan.start_hour == 7 * 24
    assert plan.offer.price_minor == 18_000
    assert sum(plan.desk.agents) > 0


def test_the_same_draft_freezes_to_the_same_text_and_hash():
    first, second = a_plan(), a_plan()
    assert first.canonical_json() == second.canonical_json()
    assert first.sha256 == second.sha256
    assert a_plan(budget=Budget(amount_minor=25_001)).sha256 != first.sha256


def test_a_plan_survives_its_text():
    plan = a_plan(
        creatives=(
            a_draft().creatives[0].model_copy(update={"focus": (Focus(placement="facebook_feed", x=10, y=90),)}),
        )
    )
    assert load_plan(plan.canonical_json(), plan.sha256) == plan


def test_the_text_of_a_plan_is_canonical():
    text = a_plan().canonical_json()
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_a_stored_plan_that_points_inside_whatsapp_says_so():
    with pytest.raises(BadPlan, match=r"inside WhatsApp: targeting\.whatsapp_positions"):
        load_plan(changed(targeting={"whatsapp_positions": ["status"]}))


def test_a_draft_with_an_error_is_refused_with_all_its_errors():
    with pytest.raises(PlanRefused) as refused:
        a_plan(placements=("whatsapp_status",), budget=Budget(amount_minor=1))
    assert {c.code for c in refused.value.checks} == {"placement_inside_whatsapp", "budget_below_minimum"}


def test_warnings_do_not_refuse():
    assert a_plan(placements=("instagram_feed",)).placements == ("instagram_feed",)


def changed(**values):
    return json.dumps({**json.loads(a_plan().canonical_json()), **values})


@pytest.mark.parametrize(
    "text",
    [
        changed(placements=["whatsapp_status"]),
        changed(placements=["facebook_feed", "nowhere"]),
        changed(whatsapp_positions=["status"]),
        changed(targeting={"publisher_platforms": ["whatsapp"]}),
        changed(unknown_field=1),
        changed(destination_type="WEBSITE"),
        changed(billing_event="LINK_CLICKS"),
        changed(optimization_goal="THRUPLAY"),
        changed(end_hour=0),
        changed(creatives=[]),
        "",
        "[]",
        "{",
        "[" * 100_000,
        a_plan().canonical_json()[:-30],
    ],
    ids=lambda text: text[-40:] or "empty",
)
def test_a_stored_plan_that_was_tampered_with_is_refused(text):
    with pytest.raises(BadPlan):
        load_plan(text)


def test_a_plan_whose_budget_was_changed_does_not_fit_its_hash():
    plan = a_plan()
    more = plan.canonical_json().replace('"amount_minor":25000', '"amount_minor":99000')
    assert load_plan(more).budget.amount_minor == 99_000
    with pytest.raises(BadPlan):
        load_plan(more, plan.sha256)


def test_daily_and_worst_case_amounts():
    daily = a_plan()  # Monday to Sunday: six days of one week, one of the next
    assert daily.daily_minor == 25_000
    assert daily.cap_minor == 25_000 * 7 + 25_000 * 1.75
    lifetime = a_plan(budget=Budget(kind="lifetime", amount_minor=100_000))
    assert lifetime.daily_minor == 14_286
    assert lifetime.cap_minor == 100_000


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 366),
    st.integers(2, 180),
    st.sampled_from(["daily", "lifetime"]),
    st.integers(10**6, 10**12),
    st.sampled_from(["Africa/Cairo", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_every_draft_without_errors_becomes_a_plan_and_a_scenario(wait, days, kind, amount, timezone, now):
    shop = a_shop(timezone=timezone)
    first = now.astimezone(shop.zone).date() + timedelta(days=wait)
    draft = a_draft(
        budget=Budget(kind=kind, amount_minor=amount),
        schedule=Schedule(first_day=first, last_day=first + timedelta(days=days - 1)),
    )
    assume(not errors(check(draft, an_item(), shop, now)))
    plan = freeze(draft, an_item(), shop, now)
    assert load_plan(plan.canonical_json(), plan.sha256) == plan
    assert 0 < len(scenario_of(plan).calendar) <= days * 24 + 1
    assert plan.cap_minor >= (amount * days if kind == "daily" else amount)
