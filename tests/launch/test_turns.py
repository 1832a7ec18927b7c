"""A person at the desk: all of it is in the log, a replay gives the same, the comparison is over the same people."""

import pytest

from lib.ads.draft import Budget
from lib.launch import edits, launches, turns
from lib.launch.launches import NotNow
from lib.launch.turn_runs import TurnRuns, without_turn
from lib.store import write_tx
from tests.launch.test_sync import at_hour, written

FROM = 32


def busy(studio):
    """A launch with enough money that somebody writes every few minutes, its clock standing at the start."""
    budget = Budget(kind="daily", amount_minor=500_000)
    launch = studio.work(studio.confirm(studio.plan(budget=budget), seed=11).id)
    studio.wall.forward(seconds=1)
    studio.worker.tick(studio.db)
    launches.set_speed(studio.db, launch.id, 0, now=studio.wall.now)
    return launch


@pytest.fixture
def launch(studio):
    launch = busy(studio)
    at_hour(studio, launch, FROM)
    return launch


def begin(studio, launch):
    return turns.begin(studio.db, launch.id, person="me", now=studio.wall.now)


def seconds(studio, launch):
    return edits.progress(studio.db, launch.id, studio.wall.now).seconds


def play(studio, launch, hours=10, act=None):
    """Answers whoever waits as soon as possible: what they ask, and the order when they want it."""
    runs, turn = TurnRuns(), begin(studio, launch)
    done = []
    for _ in range(hours * 30):
        turns.go_on(studio.db, launch.id, now=studio.wall.now)
        studio.wall.forward(seconds=2)
        while studio.worker.tick(studio.db):
            pass
        second = seconds(studio, launch)
        look, chats = runs.glimpse(studio.db, launch.id, turn.from_s // 3600, second // 3600)
        said = turns.said_of(studio.db, launch.id)
        for chat in chats:
            if turn.from_s <= chat.started_s <= second:
                one = said.get(str(chat.id), ())
                if one and not one[-1].pending:
                    continue
                asked = act or (_reply_to(one[-1].pending) if one else "welcome")
                told = turns.say(studio.db, look, launch.id, str(chat.id), asked, "hm", now=studio.wall.now)
                if told:
                    done.append(told)
                break
    return turn, done


def _reply_to(pending):
    same = {"variant": "variants", "bargain": "discount", "gone": "goodbye"}
    return same.get(pending, pending)


def test_a_turn_sends_the_desk_home_and_slows_the_clock(studio, launch):
    turn = begin(studio, launch)
    assert (turn.from_s, edits.edits_of(studio.db, launch.id)[-1].kind) == (FROM * 3600, "desk")
    before = seconds(studio, launch)
    studio.wall.forward(seconds=10)
    assert seconds(studio, launch) - before == 600
    with pytest.raises(NotNow):
        begin(studio, launch)


def test_the_clock_stands_while_somebody_types(studio, launch):
    begin(studio, launch)
    turns.hold(studio.db, launch.id, now=studio.wall.now)
    before = seconds(studio, launch)
    studio.wall.forward(seconds=50)
    assert seconds(studio, launch) == before
    turns.go_on(studio.db, launch.id, now=studio.wall.now)
    studio.wall.forward(seconds=1)
    assert seconds(studio, launch) == before + 60


def test_customers_are_answered_and_buy_and_the_tables_say_so(studio, launch):
    _, done = play(studio, launch)
    assert len(done) > 5
    at_hour(studio, launch, seconds(studio, launch) // 3600 + 1)
    rows = written(studio.db, launch.id)["conversation"]
    by_person = [r for r in rows if r[5] == "person"]
    assert len(by_person) == len(turns.said_of(studio.db, launch.id))
    sold = sum(one.sells for one in done)
    found = studio.db.execute(
        "SELECT COUNT(*) FROM customer_order o JOIN conversation c ON c.id = o.conversation_id "
        "WHERE c.answered_by = 'person'"
    ).fetchone()[0]
    assert found == sold
    said = studio.db.execute("SELECT COUNT(*) FROM message WHERE sender = 'person'").fetchone()[0]
    assert said == len(done)


def test_a_replay_of_the_log_gives_the_same_rows(studio, launch):
    play(studio, launch, hours=5)
    hour = seconds(studio, launch) // 3600 + 1
    expected = at_hour(studio, launch, hour)
    twin = busy(studio)
    with write_tx(studio.db):
        studio.db.conn.execute(
            "INSERT INTO edit (launch_id, seq, hour, kind, value_json, at_utc) "
            "SELECT ?, seq, hour, kind, value_json, at_utc FROM edit WHERE launch_id = ?",
            [twin.id, launch.id],
        )
    assert at_hour(studio, twin, hour, worker=studio.new_worker()) == expected


def test_the_desk_is_compared_over_the_same_customers(studio, launch):
    turn, _ = play(studio, launch, hours=5)
    second = seconds(studio, launch)
    _, chats = TurnRuns().glimpse(studio.db, launch.id, FROM, second // 3600)
    others = without_turn(studio.db, launch.id, FROM, second // 3600)

    def came(found):
        return {(c.id, c.started_s) for c in found if turn.from_s <= c.started_s <= second}

    assert came(chats) == came(others) != set()
    assert any(c.replied_s is not None for c in others)


def test_answers_to_something_else_lose_the_customer(studio, launch):
    _, done = play(studio, launch, hours=8, act="gift")
    assert any(one.pending == "gone" for one in done)
    assert not any(one.sells for one in done)


def test_ending_a_turn_brings_the_desk_back(studio, launch):
    before = launches.get_launch(studio.db, launch.id).plan.desk.agents
    begin(studio, launch)
    studio.wall.forward(seconds=30)
    turns.finish(studio.db, launch.id, score={"person": turns.tally([])}, now=studio.wall.now)
    last = edits.edits_of(studio.db, launch.id)[-1]
    assert (last.kind, tuple(last.value["agents"])) == ("desk", before)
    assert turns.running(studio.db, launch.id) is None
    assert turns.last_finished(studio.db, launch.id).score["person"]["chats"] == 0
