from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from lib.ads.draft import Audience, Bid, Budget, Creative, Schedule
from lib.ads.plan import freeze
from lib.ads.scenario import CannotForecast, calendar, draft_scenario, scenario_of
from lib.catalog.model import Variant
from lib.catalog.shops import OpeningHours
from tests.ads.examples import NOW, a_draft, a_shop, an_item


def hours_of(zone, first, last, now=datetime(2026, 1, 1, tzinfo=UTC)):
    start, end = Schedule(first_day=first, last_day=last).hours(zone, now)
    return calendar(start, end, zone)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Africa/Cairo", date(2026, 4, 24), 23),  # midnight does not exist
        ("Africa/Cairo", date(2026, 10, 29), 25),  # 23 o'clock comes twice
        ("Africa/Cairo", date(2026, 6, 1), 24),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Kathmandu", date(2026, 6, 1), 24),  # 5:45 ahead
        ("UTC", date(2026, 6, 1), 24),
    ],
)
def test_a_day_has_the_hours_the_zone_gives_it(zone, day, hours):
    before, after = date.fromordinal(day.toordinal() - 1), date.fromordinal(day.toordinal() + 1)
    run = hours_of(zone, before, after)
    assert [run.day.count(d) for d in range(3)] == [24, hours, 24]
    assert run.days == 3


def test_hours_follow_each_other_and_match_the_zones_own_clock():
    run = hours_of("America/New_York", date(2026, 10, 30), date(2026, 11, 3))
    for i in range(len(run)):
        local = datetime.fromtimestamp(3600 * (run.start_hour + i), UTC).astimezone(ZoneInfo("America/New_York"))
        assert (run.hour_of_day[i], run.weekday[i], run.month[i]) == (local.hour, local.weekday(), local.month)
    assert run.hour_of_day[0] == 0
    assert run.month[0] == 10
    assert run.month[-1] == 11


def test_a_run_that_begins_today_begins_with_the_next_full_hour():
    now = datetime(2026, 11, 22, 12, 20, tzinfo=UTC)
    today = date(2026, 11, 22)
    run = hours_of("Africa/Cairo", today, today, now)
    assert run.hour_of_day[0] == 15
    assert len(run) == 9


def test_a_plan_becomes_numbers_in_micro_units():
    settings = a_shop().settings.model_copy(
        update=dict(margin_share=0.4, delivery_fee_minor=5_000, cod_share=0.6, bot_share=0.2, chats_each=3)
    )
    draft = a_draft(
        audience=Audience(countries=("EG", "SA"), age_min=21, age_max=45, genders=("female",)),
        budget=Budget(kind="lifetime", amount_minor=300_000),
        bid=Bid(kind="cost_cap", amount_minor=2_000),
        objective="OUTCOME_SALES",
    )
    scenario = scenario_of(freeze(draft, an_item(), a_shop(settings=settings), NOW))
    assert scenario.currency == "EGP"
    assert (scenario.budget.kind, scenario.budget.amount_micro) == ("lifetime", 3_000_000_000)
    assert (scenario.bid.kind, scenario.bid.amount_micro) == ("cost_cap", 20_000_000)
    assert scenario.objective == "sales"
    assert scenario.placements == ("facebook_feed", "instagram_feed", "instagram_story")
    assert [c.name for c in scenario.creatives] == ["A"]
    assert scenario.audience.countries == ("EG", "SA")
    assert (scenario.audience.age_min, scenario.audience.age_max, scenario.audience.genders) == (21, 45, ("female",))
    assert (scenario.offer.price_micro, scenario.offer.delivery_fee_micro) == (180_000_000, 50_000_000)
    assert (scenario.offer.margin_share, scenario.offer.cod_share) == (0.4, 0.6)
    assert (scenario.desk.chats_each, scenario.desk.bot_share) == (3, 0.2)
    assert (len(scenario.calendar), scenario.calendar.days) == (168, 7)


def test_yen_are_whole_units():
    shop = a_shop("JPY", "JP", "Asia/Tokyo")
    draft = a_draft(currency="JPY", audience=Audience(countries=("JP",)), budget=Budget(amount_minor=3_000))
    scenario = draft_scenario(draft, an_item(currency="JPY", price_minor=2_500), shop, NOW)
    assert scenario.budget.amount_micro == 3_000_000_000
    assert scenario.offer.price_micro == 2_500_000_000


def test_the_desk_is_the_shops_week_with_nights_that_pass_midnight():
    late = OpeningHours(opens=20, closes=26, agents=3)
    settings = a_shop().settings.model_copy(update={"week": (None, None, None, None, None, None, late)})
    agents = draft_scenario(a_draft(), an_item(), a_shop(settings=settings), NOW).desk.agents
    sunday = 6 * 24
    assert {h for h, n in enumerate(agents) if n} == {*range(sunday + 20, sunday + 24), 0, 1}
    assert set(agents) == {0, 3}


def test_an_item_priced_by_its_variants_is_forecast_at_the_lowest():
    item = an_item(
        price_minor=None,
        variants=(Variant(retailer_id="l", price_minor=30_000), Variant(retailer_id="s", price_minor=20_000)),
    )
    assert draft_scenario(a_draft(), item, a_shop(), NOW).offer.price_micro == 200_000_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (dict(placements=()), "placements_missing"),
        (dict(placements=("whatsapp_status",)), "placement_inside_whatsapp"),
        (dict(schedule=Schedule(first_day=date(2026, 12, 2), last_day=date(2026, 12, 1))), "end_before_start"),
        (dict(budget=Budget(amount_minor=0)), "budget_below_minimum"),
        (dict(audience=Audience(countries=())), "countries_missing"),
        (dict(currency="USD"), "currency_mismatch"),
    ],
)
def test_what_can_not_be_simulated_says_why(change, code):
    with pytest.raises(CannotForecast) as refused:
        draft_scenario(a_draft(**change), an_item(), a_shop(), NOW)
    assert code in refused.value.codes


def test_a_draft_with_faults_that_change_no_number_is_still_forecast():
    bare = Creative(name="A", primary_text="", headline="")
    assert draft_scenario(a_draft(creatives=(bare,)), an_item(), a_shop(), NOW).placements
