from datetime import UTC, date, datetime, timedelta

import pytest

from lib.ads.draft import Budget, Schedule
from lib.ads.expectation import expect
from lib.ads.scenario import scenario_of
from lib.catalog.shops import save_shop
from lib.launch import launches
from lib.metrics import events, frames, totals
from lib.money import micro_to_minor
from tests.launch.studio import Studio, Wall
from tests.metrics.conftest import run


def sums(studio, launch):
    return totals.parts(studio.db, launch)


@pytest.mark.parametrize("cut", [frames.by_day, frames.by_placement, frames.by_ad, frames.by_hour_of_day])
def test_every_table_adds_up_to_the_totals(campaign, cut):
    studio, launch = campaign
    frame, whole = cut(studio.db, launch), sums(studio, launch)
    for column in events.COUNTS:
        assert frame[column].sum() == whole[column]
    assert frame["spend_minor"].sum() == micro_to_minor(whole["spend"], launch.currency)
    assert frame["order_value_minor"].sum() == micro_to_minor(whole["order_value"], launch.currency)
    assert frame["revenue_minor"].sum() == micro_to_minor(whole["revenue"], launch.currency)
    assert set(frame.dtypes[[*frames.SUMS]].astype(str)) == {"int64"}


def test_hours_read_once_give_the_same_tables(campaign):
    studio, launch = campaign
    hours = events.hourly(studio.db, launch.id)
    for cut in (frames.by_day, frames.by_placement, frames.by_hour_of_day, frames.pace):
        assert cut(studio.db, launch).equals(cut(studio.db, launch, hours))


def test_days_begin_with_the_plan_and_have_no_holes(campaign):
    studio, launch = campaign
    days = list(frames.by_day(studio.db, launch)["day"])
    assert days[0] == launch.plan.first_day
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert days[-1] >= launch.plan.last_day


def test_reach_only_grows_and_never_passes_impressions(campaign):
    studio, launch = campaign
    frame = frames.by_day(studio.db, launch)
    assert list(frame["reach"]) == sorted(frame["reach"])
    assert frame["reach"].iloc[-1] == sums(studio, launch)["reach"] <= sums(studio, launch)["impressions"]
    places = frames.by_placement(studio.db, launch)
    assert (places["reach"] <= places["impressions"]).all()


def test_two_creatives_stand_beside_each_other(campaign):
    studio, launch = campaign
    assert list(frames.by_ad(studio.db, launch)["ad"]) == ["A", "B"]


def test_money_against_pace_ends_at_the_budget(campaign):
    studio, launch = campaign
    frame = frames.pace(studio.db, launch)
    assert len(frame) == launch.hours + 1
    assert frame["planned_minor"].iloc[-1] == launch.plan.budget.amount_minor * launch.plan.days
    assert frame["spent_minor"].iloc[0] == 0
    assert frame["spent_minor"].iloc[-1] == micro_to_minor(sums(studio, launch)["spend"], launch.currency)
    assert frame["spent_minor"].is_monotonic_increasing


def test_what_nobody_has_seen_yet_is_not_a_zero(studio):
    launch = run(studio, studio.confirm(studio.plan()).id, hour=30)
    frame = frames.pace(studio.db, launch)
    assert frame["spent_minor"].notna().sum() == 31
    assert len(frames.running_total(studio.db, launch, "conversations")) == 30
    assert len(frames.by_day(studio.db, launch)) == 2


def test_the_plan_of_the_money_follows_a_new_budget(studio):
    launch = run(studio, studio.confirm(studio.plan()).id, hour=24)
    launches.change_budget(studio.db, launch.id, 50_000, by="owner", now=studio.wall.now)
    studio.worker.tick(studio.db)
    planned = frames.pace(studio.db, studio.launch(launch.id))["planned_minor"]
    assert planned[24] == launch.plan.budget.amount_minor
    assert planned[48] - planned[24] == 50_000


def test_a_lifetime_budget_is_planned_evenly_over_the_run(studio):
    plan = studio.plan(budget=Budget(kind="lifetime", amount_minor=300_000))
    launch = run(studio, studio.confirm(plan).id, hour=1)
    planned = frames.pace(studio.db, launch)["planned_minor"]
    assert (planned[0], planned[launch.hours // 2], planned[launch.hours]) == (0, 150_000, 300_000)


def test_the_forecast_stands_beside_what_happened(campaign):
    studio, launch = campaign
    frame = frames.against_forecast(studio.db, launch, "conversations")
    assert list(frame["day"]) == [launch.plan.first_day + timedelta(days=n) for n in range(launch.plan.days)]
    assert frame["actual"].iloc[-1] == sums(studio, launch)["conversations"]
    assert (frame["p10"] <= frame["p50"]).all()
    assert (frame["p50"] <= frame["p90"]).all()


def test_money_of_the_forecast_is_in_minor_units(campaign):
    studio, launch = campaign
    frame = frames.against_forecast(studio.db, launch, "spend")
    whole = launch.plan.budget.amount_minor * launch.plan.days
    assert frame["p50"].iloc[-1] == pytest.approx(whole, rel=0.1)
    assert frame["actual"].iloc[-1] == pytest.approx(whole, rel=0.1)


def test_a_campaign_that_runs_is_compared_for_whole_days_only(studio):
    plan = studio.plan()
    launch = studio.confirm(plan, forecast_json=expect(scenario_of(plan)).to_json())
    launch = run(studio, launch.id, hour=30)
    assert frames.against_forecast(studio.db, launch, "clicks")["actual"].notna().sum() == 1
    assert frames.score(studio.db, launch) == ()


def test_without_a_forecast_there_is_nothing_to_compare(studio):
    launch = run(studio, studio.confirm().id, hour=3)
    assert frames.against_forecast(studio.db, launch, "clicks").empty


def test_a_finished_campaign_scores_its_forecast(campaign):
    studio, launch = campaign
    scores = {score.metric: score for score in frames.score(studio.db, launch)}
    assert set(scores) == set(frames.SCORED)
    whole = sums(studio, launch)
    assert all(score.actual == whole[name] for name, score in scores.items())


@pytest.mark.parametrize(("actual", "inside"), [(2, True), (1, False), (3, True), (9, True), (10, True), (11, False)])
def test_whole_numbers_at_the_ends_of_a_band_belong_to_it(actual, inside):
    assert frames.Score("orders", 2.4, 5, 9.6, actual).inside is inside


def test_first_replies_are_counted_over_those_who_got_one(campaign):
    studio, launch = campaign
    whole = sums(studio, launch)
    waits = events.waits_minutes(studio.db, launch.id)["minutes"]
    assert len(waits) == whole["replied"]
    assert whole["first_reply_minutes"] == pytest.approx(waits.median())
    assert whole["first_reply_p90_minutes"] >= whole["first_reply_minutes"]


def test_a_launch_without_a_single_impression_has_no_ratios(studio):
    launch = studio.confirm()
    found = totals.metrics(studio.db, launch)
    assert found["impressions"] == 0
    assert found["ctr"] is None
    assert found["first_reply_minutes"] is None
    assert frames.by_day(studio.db, launch).empty
    assert len(frames.by_hour_of_day(studio.db, launch)) == 24


def test_the_overview_lists_campaigns_with_a_trend(campaign):
    studio, launch = campaign
    (row,) = frames.overview(studio.db, launch.shop_id)
    assert row.launch.id == launch.id
    assert sum(row.trend) == row.parts["conversations"]


@pytest.mark.parametrize(
    ("zone", "change", "hours"),
    [
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Kolkata", date(2026, 4, 24), 24),
    ],
)
def test_days_of_23_and_25_hours_are_whole_days(db, zone, change, hours):
    wall = Wall(datetime(change.year, change.month, change.day, 12, tzinfo=UTC) - timedelta(days=3))
    studio = Studio(db, wall)
    studio.shop = studio.shop.model_copy(update={"timezone": zone})
    save_shop(db, studio.shop)
    days = [change - timedelta(days=1), change, change + timedelta(days=1)]
    plan = studio.plan(schedule=Schedule(first_day=days[0], last_day=days[2]))
    launch = run(studio, studio.confirm(plan).id)
    assert launch.hours == 48 + hours
    frame = frames.by_day(db, launch).set_index("day")
    insights = events.hourly(db, launch.id)
    assert frame.loc[days, "impressions"].sum() == insights["impressions"].sum()
    per_day = frames.pace(db, launch)["at"].map(lambda at: at.date()).value_counts()
    assert per_day[change] == hours
