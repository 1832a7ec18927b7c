from datetime import timedelta

import pytest

from lib.ads.draft import Audience, Bid, Budget, Schedule
from lib.launch import launches
from lib.metrics.funnel import STEPS, funnel
from tests.launch.studio import START
from tests.metrics.conftest import run


def check(db, launch_id):
    """Every step is the one before it, less those with a name, plus those with a name."""
    found = funnel(db, launch_id)
    assert [step.code for step in found.steps] == list(STEPS)
    before = None
    for step in found.steps:
        assert step.count >= 0
        assert min([0, *step.lost.values(), *step.joined.values()]) == 0
        if before is not None:
            assert before + sum(step.joined.values()) - sum(step.lost.values()) == step.count
        before = step.count
    assert found.unexplained == 0
    return found


def test_a_launch_that_has_not_run_has_an_empty_funnel(studio):
    assert check(studio.db, studio.confirm().id).count("impressions") == 0


def test_a_finished_campaign_accounts_for_everybody(campaign):
    studio, launch = campaign
    found = check(studio.db, launch.id)
    assert found.count("impressions") > found.count("clicks") > found.count("conversations") > 0
    assert found.steps[3].lost["waiting"] == 0
    assert found.steps[5].lost["on_the_way"] == 0


CAMPAIGNS = [
    {},
    {"budget": Budget(kind="lifetime", amount_minor=300_000)},
    {"budget": Budget(kind="daily", amount_minor=200_000), "placements": ("instagram_reels",)},
    {"audience": Audience(countries=("EG", "SA"), age_min=20, age_max=30, genders=("female",))},
    {"bid": Bid(kind="cost_cap", amount_minor=2_000)},
    {"bid": Bid(kind="bid_cap", amount_minor=3_000)},
]


@pytest.mark.parametrize("number", range(len(CAMPAIGNS)))
def test_many_campaigns_leave_nobody_unexplained(studio, number):
    first = START.date() + timedelta(days=1)
    schedule = Schedule(first_day=first, last_day=first + timedelta(days=1 + number % 4))
    for seed in range(3):
        plan = studio.plan(schedule=schedule, two_creatives=seed == 1, **CAMPAIGNS[number])
        launch = studio.confirm(plan, seed=100 * number + seed)
        run(studio, launch.id, hour=7 + 5 * seed)
        check(studio.db, launch.id)
        launches.jump(studio.db, launch.id, now=studio.wall.now)
        while studio.worker.tick(studio.db):
            pass
        check(studio.db, launch.id)


def test_a_click_that_the_tables_lost_is_seen(campaign):
    studio, launch = campaign
    studio.db.conn.execute("BEGIN")
    studio.db.conn.execute(
        "DELETE FROM conversation WHERE id = (SELECT MIN(id) FROM conversation WHERE launch_id = ?)", [launch.id]
    )
    assert funnel(studio.db, launch.id).unexplained == 1
    studio.db.conn.execute("ROLLBACK")
