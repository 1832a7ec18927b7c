import pytest

from tests.launch.meta_studio import MetaStudio, account
from tests.standin.server import standin


@pytest.fixture
def graph(wall):
    with standin([account()], wall) as running:
        yield running


@pytest.fixture
def studio(db, wall, graph):
    return MetaStudio(db, wall, url=graph.url)


def test_a_launch_creates_everything_paused_once_and_switches_it_on_last(studio, graph):
    launch = studio.work(studio.confirm(studio.plan(two_creatives=True)).id)
    assert launch.state == "LIVE"
    assert graph.unknown == []
    assert [o.kind for o in graph.objects()] == ["campaign", "adset", "creative", "creative", "ad", "ad"]
    calls = [r.call for r in graph.sent()]
    assert calls == [
        "validate", "campaign", "adset", "image", "image", "creative", "creative", "ad", "ad",
        "status ACTIVE", "status ACTIVE", "status ACTIVE", "status ACTIVE",
    ]  # fmt: skip
    assert graph.platform.activated[-1] == graph.objects("campaign")[0].id
