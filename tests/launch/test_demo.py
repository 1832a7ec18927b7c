from datetime import UTC, datetime, timedelta

import pytest

from lib.catalog import samples
from lib.launch import demo, launches, sync
from lib.launch.worker import Worker
from lib.metrics import totals
from lib.metrics.funnel import funnel
from lib.store import write_tx

NOW = datetime(2026, 11, 22, 15, 4, tzinfo=UTC)


@pytest.fixture
def shops(db):
    samples.load_sample_shops(db, NOW)
    return db


def numbers(db):
    return [totals.parts(db, one) for one in launches.list_launches(db)]


def test_each_sample_shop_gets_one_finished_campaign(shops):
    made = demo.ensure_finished_campaigns(shops, NOW)
    assert sorted(one.shop_id for one in made) == sorted(samples.sample_shop_ids())
    for one in made:
        assert one.state == "ENDED"
        assert sync.synced_until(shops, one.id)[1]
        assert one.plan.last_day < NOW.date() - timedelta(days=14)
        found = funnel(shops, one.id)
        assert found.unexplained == 0
        assert found.count("orders") > 0
        assert one.forecast_json is not None
    assert shops.execute("SELECT COUNT(*) FROM message WHERE at_utc > ?", ["2026-11-22T15"]).fetchone()[0] == 0


def test_a_second_start_makes_nothing_new(shops):
    demo.ensure_finished_campaigns(shops, NOW)
    assert demo.ensure_finished_campaigns(shops, NOW + timedelta(hours=3)) == ()
    assert shops["launch"].count == len(samples.sample_shop_ids())


def test_resetting_brings_the_same_campaigns_back(shops):
    demo.ensure_finished_campaigns(shops, NOW)
    before, objects = numbers(shops), shops["platform_object"].count
    with write_tx(shops):
        shops.conn.execute("DELETE FROM launch")
    demo.reset(shops, NOW + timedelta(hours=2))
    demo.reset(shops, NOW + timedelta(hours=3))
    assert numbers(shops) == before
    assert shops["platform_object"].count == 2 * objects  # the launches taken away by hand left theirs


def test_a_start_that_was_cut_off_is_finished_at_the_next_one(shops, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sync, "write", die)
    with pytest.raises(KeyboardInterrupt):
        demo.ensure_finished_campaigns(shops, NOW)
    monkeypatch.undo()
    demo.ensure_finished_campaigns(shops, NOW + timedelta(minutes=1))
    assert [one.state for one in launches.list_launches(shops)] == ["ENDED"] * len(samples.sample_shop_ids())


def test_the_apps_own_worker_keeps_its_hands_off_while_the_demo_is_made(shops, monkeypatch):
    app, meddled = Worker(clock_now=lambda: NOW), []
    turns = Worker.tick

    def tick(self, db):
        if self is not app:
            meddled.append(turns(app, db))
        return turns(self, db)

    monkeypatch.setattr(Worker, "tick", tick)
    demo.ensure_finished_campaigns(shops, NOW)
    assert meddled
    assert not any(meddled)
