from datetime import timedelta

import pytest

from lib.ads.expectation import expect
from lib.ads.scenario import scenario_of
from lib.launch import launches, sync
from lib.store import open_database
from tests.launch.studio import Studio, Wall


@pytest.fixture(scope="module")
def module_db(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("metrics") / "studio.db") as db:
        yield db


@pytest.fixture(scope="module")
def campaign(module_db):
    """A finished campaign of two creatives with its frozen forecast, and the studio it belongs to."""
    studio = Studio(module_db, Wall())
    plan = studio.plan(two_creatives=True)
    launch = studio.confirm(plan, seed=5, forecast_json=expect(scenario_of(plan)).to_json())
    return studio, run(studio, launch.id)


def run(studio, launch_id, hour=None):
    """To an hour of the plan, or to the end of everything."""
    studio.work(launch_id)
    studio.wall.now += timedelta(seconds=1)
    studio.worker.tick(studio.db)
    launches.set_speed(studio.db, launch_id, 0, now=studio.wall.now)
    launches.jump(studio.db, launch_id, hour, now=studio.wall.now)
    while studio.worker.tick(studio.db):
        pass
    assert sync.synced_until(studio.db, launch_id)[1] == (hour is None)
    return studio.launch(launch_id)


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def studio(db, wall):
    return Studio(db, wall)
