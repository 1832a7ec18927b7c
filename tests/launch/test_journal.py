from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.launch import journal
from lib.launch.journal import Entry, StaleFence
from lib.store import write_tx
from lib.store.database import open_database

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STEPS = (
    "confirm validate campaign adset creative/1 ad/1 verify activate/ad/1 activate/adset activate/campaign "
    "review pause resume end budget cancel continue halt"
).split()


def entry(step, kind, **more):
    return Entry(step, kind, more.pop("at", NOW), **more)


HAPPY = [
    entry("confirm", "human"),
    *(
        e
        for step in STEPS[1:10]
        for e in (entry(step, "intent"), entry(step, "done", remote_id="1" if step in STEPS[2:6] else None))
    ),
]


def test_the_happy_way_ends_live_and_knows_every_id():
    standing = journal.project(HAPPY)
    assert standing.state == "LIVE"
    assert set(standing.remote) == {"campaign", "adset", "creative/1", "ad/1"}


def test_the_phases_a_viewer_sees():
    seen = []
    for n in range(1, len(HAPPY) + 1):
        state = journal.project(HAPPY[:n]).state
        if not seen or seen[-1] != state:
            seen.append(state)
    assert seen == ["CONFIRMED", "VALIDATING", "CREATING", "VERIFYING", "ACTIVATING", "LIVE"]


def test_a_lost_answer_leaves_the_step_open():
    standing = journal.project([*HAPPY[:5], entry("adset", "intent"), entry("adset", "unknown")])
    assert (standing.state, standing.open_step, standing.unknown_since) == ("CREATING", "adset", NOW)


def test_what_was_found_counts_as_done():
    standing = journal.project(
        [*HAPPY[:5], entry("adset", "intent"), entry("adset", "unknown"), entry("adset", "found", remote_id="77")]
    )
    assert standing.open_step is None
    assert standing.remote["adset"] == "77"


def test_a_refusal_with_a_later_time_is_a_delay_and_without_one_the_end():
    later = "2026-03-02T08:00:05Z"
    delayed = journal.project([*HAPPY[:3], entry("campaign", "rejected", detail={"retry_at": later})])
    assert (delayed.state, delayed.retry_at, delayed.tries) == ("VALIDATING", NOW + timedelta(seconds=5), 1)
    ended = journal.project([*HAPPY[:3], entry("campaign", "rejected", detail={"reason": "page_missing"})])
    assert (ended.state, ended.reason) == ("FAILED", "page_missing")


def test_a_person_can_let_a_halted_launch_go_on_where_it_was():
    halted = [*HAPPY[:5], entry("halt", "unknown", detail={"reason": "duplicates"})]
    assert journal.project(halted).state == "NEEDS_REVIEW"
    assert journal.project([*halted, entry("continue", "human")]).state == "CREATING"
    assert journal.project([*halted, entry("cancel", "human")]).state == "CANCELLED"


def test_a_launch_halted_while_it_ran_can_be_paused_but_not_cancelled():
    halted = [*HAPPY, entry("halt", "unknown", detail={"reason": "token_expired"})]
    assert journal.project([*halted, entry("cancel", "human")]).state == "NEEDS_REVIEW"
    paused = journal.project([*halted, entry("pause", "human", id=90)])
    assert (paused.state, [w.step for w in paused.wanted]) == ("LIVE", ["pause"])


def test_orders_wait_until_they_are_carried_out():
    ordered = [*HAPPY, entry("pause", "human", id=90)]
    assert [w.step for w in journal.project(ordered).wanted] == ["pause"]
    assert journal.project(ordered).state == "LIVE"
    done = journal.project([*ordered, entry("pause", "intent"), entry("pause", "done", detail={"order": 90})])
    assert (done.state, done.wanted) == ("PAUSED", ())


@pytest.mark.parametrize("last", ["FAILED", "CANCELLED", "ENDED"])
def test_nothing_moves_a_launch_that_is_over(last):
    over = {
        "FAILED": [*HAPPY[:3], entry("campaign", "rejected")],
        "CANCELLED": [HAPPY[0], entry("cancel", "human")],
        "ENDED": [*HAPPY, entry("end", "found")],
    }[last]
    standing = journal.project(over)
    assert standing.state == last
    for step in STEPS:
        for kind in ("intent", "done", "unknown", "rejected", "found", "human"):
            assert journal.advance(standing, entry(step, kind)) == standing


entries = st.lists(
    st.builds(
        Entry,
        step=st.sampled_from(STEPS),
        kind=st.sampled_from(["intent", "done", "unknown", "rejected", "found", "human"]),
        at=st.just(NOW),
        remote_id=st.sampled_from([None, "1", "2"]),
        detail=st.sampled_from([{}, {"retry_at": "2026-03-02T08:00:05Z"}, {"verdict": "refused"}, {"again": True}]),
    ),
    max_size=25,
)


@settings(deadline=None)  # a disk is as quick as it is
@given(entries)
def test_the_row_always_says_what_replaying_the_journal_says(tmp_path_factory, some):
    with open_database(tmp_path_factory.mktemp("journal") / "s.db") as db:
        launch_id = _bare_launch(db)
        for one in [entry("confirm", "human"), *some]:
            with write_tx(db):
                journal.append(db, launch_id, one)
            row = next(iter(db.query("SELECT state, reason FROM launch WHERE id = ?", [launch_id])))
            again = journal.project(journal.entries_of(db, launch_id))
            assert (row["state"], row["reason"]) == (again.state, again.reason)


def _bare_launch(db):
    with write_tx(db):
        db.conn.execute("INSERT INTO shop VALUES ('s', 's', 'EGP', 'UTC', 'EG', 'en', '{}', 0, '')")
        db.conn.execute("INSERT INTO draft VALUES ('d', 's', 'r', '{}', '', '', NULL)")
        row = db.conn.execute(
            "INSERT INTO launch (key, draft_id, shop_id, retailer_id, name, adapter, account_id, currency, daily_minor,"
            " cap_minor, spec_json, spec_sha256, starts_hour, hours, seed, state, created_by, confirmed_utc)"
            " VALUES ('K', 'd', 's', 'r', 'n', 'simulated', 'a', 'EGP', 1, 1, '{}', '', 0, 24, 1, 'DRAFT', 'me', '')"
        )
    return row.lastrowid


def test_an_overtaken_worker_writes_nothing(db):
    launch_id = _bare_launch(db)
    with write_tx(db):
        db.conn.execute("UPDATE launch SET fence = 2")
    with pytest.raises(StaleFence), write_tx(db):
        journal.append(db, launch_id, entry("validate", "intent"), fence=1)
    assert journal.entries_of(db, launch_id) == []


@pytest.mark.parametrize("change", ["UPDATE journal SET step = 'x'", "DELETE FROM journal"])
def test_the_journal_can_only_grow(db, change):
    launch_id = _bare_launch(db)
    with write_tx(db):
        journal.append(db, launch_id, entry("confirm", "human"))
    with pytest.raises(Exception, match="append-only"), write_tx(db):
        db.conn.execute(change)
