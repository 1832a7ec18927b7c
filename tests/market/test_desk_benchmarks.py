import json

from tests.benchmarks.desk import agree, ciw_desk, desk_benchmarks, our_desk, simpy_desk
from tests.benchmarks.desk_checks import desk_checks


def test_ours_simpy_and_ciw_lose_the_same_share_of_customers():
    ours, simpy, ciw = our_desk(200_000, 1), simpy_desk(12_000, 2), ciw_desk(12_000, 3)
    assert agree(ours, simpy)
    assert agree(ours, ciw)
    assert 0.1 < ours.abandoned < 0.3
    assert max(ours.error, simpy.error, ciw.error) < 0.02
    assert not agree(ours, our_desk(200_000, 1, crowding=0.25, agents=2, chats_each=3))


def test_each_benchmark_says_what_it_is_measured_against():
    rows = json.loads(json.dumps(desk_benchmarks(size=2_000)))
    assert len(rows) == 3
    for row in rows:
        assert set(row) == {"name", "value", "unit", "yardstick", "target", "met"}
        assert row["value"] > 0


def test_every_check_of_the_desk_holds_at_a_small_size():
    rows = json.loads(json.dumps(desk_checks(size=300_000)))
    assert len(rows) == 6 + 9 + 6 + 3
    assert [row["name"] for row in rows if not row["ok"]] == []
