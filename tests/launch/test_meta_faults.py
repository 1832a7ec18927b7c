"""Every fault at every kind of call, on a clock that moves when told to: each launch comes to an end a person can
understand, and nothing exists twice or runs unasked."""

from collections import Counter
from datetime import timedelta

import pytest

from lib.launch import journal
from tests.launch.meta_studio import MetaStudio, account
from tests.standin.faults import FAULTS
from tests.standin.server import standin

CALLS = (
    "account_read", "minimum_budgets", "validate", "campaign", "adset", "image", "creative", "ad", "read",
    "status ACTIVE",
)  # fmt: skip
REFUSED = {"refused": "budget_too_low"}
NEEDS_A_PERSON = {"token_expired": "token_refused", "no_permission": "permission_missing", "blocked": "account_blocked"}
IN_TIME_S = 2 * 3600  # of the virtual clock


@pytest.fixture
def graph(wall):
    with standin([account()], wall) as running:
        yield running


@pytest.fixture
def studio(db, wall, graph):
    db.conn.execute("PRAGMA synchronous = OFF")  # no power is lost here
    return MetaStudio(db, wall, url=graph.url, env={"STUDIO_META_DEADLINE_S": "0.5"})


def once(fault, call, nth=0):
    seen = Counter()

    def choose(name, _):
        seen[name] += 1
        return fault if name == call and seen[name] == nth + 1 else None

    return choose


def check(studio, graph, launch, fault, where):
    standing = journal.standing_of(studio.db, launch.id)
    mine = [o for o in graph.objects() if f"[wa:{launch.key}:" in o.name]
    kinds = Counter(o.kind for o in mine)
    assert max(kinds.values(), default=0) <= 1, f"{where}: {kinds}"
    assert standing.reason != "program_error", where
    active = [o for o in mine if o.kind == "campaign" and o.status == "ACTIVE"]
    if fault in REFUSED:
        assert (launch.state, launch.reason) == ("FAILED", REFUSED[fault]), where
    elif fault in NEEDS_A_PERSON:
        assert (launch.state, launch.reason) == ("NEEDS_REVIEW", NEEDS_A_PERSON[fault]), where
    else:
        assert launch.state == "LIVE", f"{where}: {launch.state} {launch.reason}"
        assert kinds == {"campaign": 1, "adset": 1, "creative": 1, "ad": 1}, where
    assert bool(active) == (launch.state == "LIVE"), where


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_call_ends_well_or_with_a_reason(studio, graph, fault):
    for call in CALLS:
        graph.choose = once(fault, call)
        launch = studio.work(studio.confirm(studio.plan()).id, seconds=IN_TIME_S, step=20)
        check(studio, graph, launch, fault, f"{fault} at {call}")
    assert graph.unknown == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("call", "nth"), [("read", n) for n in range(4)] + [("status ACTIVE", n) for n in range(3)])
def test_a_fault_at_each_repeated_call_ends_well_or_with_a_reason(studio, graph, fault, call, nth):
    graph.choose = once(fault, call, nth)
    launch = studio.work(studio.confirm().id, seconds=IN_TIME_S, step=20)
    check(studio, graph, launch, fault, f"{fault} at {call} {nth}")


@pytest.mark.parametrize("fault", ["close_before", "html_502_before", "hang_before", "transient_before"])
@pytest.mark.parametrize("call", ["campaign", "ad", "status ACTIVE"])
def test_a_fault_that_never_ends_goes_to_a_person(studio, graph, fault, call):
    graph.choose = lambda name, nth: fault if name == call else None
    launch = studio.work(studio.confirm().id, seconds=24 * 3600, step=60)
    assert launch.state == "NEEDS_REVIEW"
    assert launch.reason in ("unknown_twice", "too_many_tries")
    assert not any(o.status == "ACTIVE" for o in graph.objects("campaign"))


def test_a_platform_that_throttles_is_left_alone_as_long_as_it_asks(studio, graph, wall):
    graph.choose = once("throttled_header", "adset")
    launch, started = studio.confirm(), wall.now
    studio.work(launch.id, seconds=170, step=10)
    assert studio.launch(launch.id).state == "CREATING"
    assert [r.call for r in graph.sent()].count("adset") == 1
    assert studio.work(launch.id).state == "LIVE"
    assert (wall.now - started).total_seconds() >= 180


@pytest.mark.parametrize("fault", ["close_before", "close_after"])
def test_a_list_that_lags_is_given_its_grace(studio, graph, fault):
    graph.platform.list_lag = timedelta(seconds=50)
    graph.choose = once(fault, "adset")
    assert studio.work(studio.confirm().id).state == "LIVE"
    assert len(graph.objects("adset")) == 1
