"""What has happened by a simulated moment depends on the plan, the dated log and the seed, and on nothing else."""

import pytest

from lib.launch import edits, journal, launches, leases, sync
from lib.launch.engine_run import EngineRuns
from lib.launch.journal import StaleFence
from lib.launch.simulated import SimulatedPlatform
from lib.store import write_tx

SEED = 11
TABLES = {
    "insights_hour": "ad, placement, hour, impressions, clicks, conversations, spend_micro",
    "insights_reach": "scope, hour, reach",
    "conversation": "platform_key, ad, placement, started_utc, replied_utc, answered_by, left_utc, messages, clicked",
    "customer_order": "total_minor, ordered_utc, delivered_utc, refused_utc, returned_utc, recovered",
}
BUDGET = {"kind": "daily", "amount_minor": 60_000}


def running(studio, seed=SEED):
    """A launch whose clock stands at the start of its first hour."""
    launch = studio.work(studio.confirm(studio.plan(), seed=seed).id)
    studio.wall.forward(seconds=1)
    studio.worker.tick(studio.db)
    launches.set_speed(studio.db, launch.id, 0, now=studio.wall.now)
    return launch


def at_hour(studio, launch, hour, worker=None):
    if studio.launch(launch.id).running:
        launches.jump(studio.db, launch.id, hour, now=studio.wall.now)
    while (worker or studio.worker).tick(studio.db):
        pass
    return written(studio.db, launch.id)


def to_the_end(studio, launch):
    launches.jump(studio.db, launch.id, now=studio.wall.now)
    while studio.worker.tick(studio.db):
        pass
    return written(studio.db, launch.id)


def written(db, launch_id):
    found = {}
    for table, columns in TABLES.items():
        where = "launch_id = ?"
        if table == "customer_order":
            where = "conversation_id IN (SELECT id FROM conversation WHERE launch_id = ?)"
        found[table] = sorted(
            db.execute(f"SELECT {columns} FROM {table} WHERE {where}", [launch_id]).fetchall(), key=repr
        )
    return found


def up_to(rows, hour):
    return [r for r in rows["insights_hour"] if r[2] < hour]


def test_hours_become_visible_one_by_one(studio):
    launch = running(studio)
    at_hour(studio, launch, 3)
    seen = studio.db.execute("SELECT MIN(hour), MAX(hour) FROM insights_hour").fetchone()
    assert seen == (launch.starts_hour, launch.starts_hour + 2)
    assert sync.synced_until(studio.db, launch.id) == (3, False)


def test_small_steps_and_one_jump_write_the_same(studio):
    stepped, jumped = running(studio), running(studio)
    for hour in (1, 2, 7, 24, 25, 40, 60):
        rows = at_hour(studio, stepped, hour)
    assert rows == at_hour(studio, jumped, 60)
    assert rows["conversation"]
    assert to_the_end(studio, stepped) == to_the_end(studio, jumped)


def test_a_restarted_worker_goes_on_from_its_checkpoint(studio):
    whole, cut = running(studio), running(studio)
    expected = at_hour(studio, whole, 80)
    for hour in (10, 30, 55, 80):
        rows = at_hour(studio, cut, hour, worker=studio.new_worker())
    assert rows == expected
    assert studio.db["checkpoint"].count_where("launch_id = ?", [cut.id]) == sync.KEPT_CHECKPOINTS


def test_a_checkpoint_nobody_can_read_is_replaced_by_a_replay(studio):
    whole, cut = running(studio), running(studio)
    at_hour(studio, cut, 30)
    with write_tx(studio.db):
        studio.db.conn.execute("UPDATE checkpoint SET state = x'00'")
    assert at_hour(studio, cut, 50, worker=studio.new_worker()) == at_hour(studio, whole, 50)


def test_writing_the_same_results_again_changes_nothing(studio):
    launch = running(studio)
    at_hour(studio, launch, 30)
    before = written(studio.db, launch.id), studio.db["message"].count, studio.db["order_line"].count
    platform = SimulatedPlatform(studio.db, studio.wall, EngineRuns())
    results = platform.results(launch.id, 0)
    changes = studio.db.conn.total_changes
    with write_tx(studio.db):
        sync.write(studio.db, launch, results, "simulated", studio.wall.now)
    assert (written(studio.db, launch.id), studio.db["message"].count, studio.db["order_line"].count) == before
    # the checkpoint and the mark of how far it is are the only rows touched
    assert studio.db.conn.total_changes - changes <= 1 + len(results.checkpoints) + sync.KEPT_CHECKPOINTS


def test_a_worker_killed_before_the_rows_are_saved_writes_them_next_time(studio, monkeypatch):
    launch, sound = running(studio), running(studio)

    def die(*_):
        raise KeyboardInterrupt

    launches.jump(studio.db, launch.id, 30, now=studio.wall.now)
    monkeypatch.setattr(sync, "_write_checkpoints", die)
    with pytest.raises(KeyboardInterrupt):
        studio.worker.tick(studio.db)
    assert written(studio.db, launch.id)["insights_hour"] == []
    monkeypatch.undo()
    studio.worker = studio.new_worker()
    studio.wall.forward(seconds=leases.LEASE.total_seconds() + 1)
    assert at_hour(studio, launch, 30) == at_hour(studio, sound, 30)


@pytest.mark.parametrize("kind", ["pause", "budget", "desk", "end"])
def test_what_was_shown_before_an_edit_never_changes(studio, kind):
    plain, edited = running(studio), running(studio)
    before = at_hour(studio, edited, 30)
    edit(studio, edited, kind)
    expected, found = at_hour(studio, plain, 60), at_hour(studio, edited, 60)
    assert up_to(found, edited.starts_hour + 30) == up_to(before, edited.starts_hour + 30)
    assert up_to(found, edited.starts_hour + 30) == up_to(expected, plain.starts_hour + 30)
    assert found != expected


def edit(studio, launch, kind):
    now = studio.wall.now
    if kind == "budget":
        launches.change_budget(studio.db, launch.id, 60_000, by="owner", now=now)
    elif kind == "desk":
        launches.change_desk(studio.db, launch.id, [0] * 168, 4, 0.0, by="owner", now=now)
    else:
        launches.order(studio.db, launch.id, kind, by="owner", now=now)
    while studio.worker.tick(studio.db):
        pass


def test_an_edit_acts_from_the_next_hour_nobody_has_seen(studio):
    launch = running(studio)
    at_hour(studio, launch, 30)
    edit(studio, launch, "pause")
    assert [(e.hour, e.kind) for e in edits.edits_of(studio.db, launch.id)] == [(30, "pause")]
    rows = at_hour(studio, launch, 50)["insights_hour"]
    assert max(r[2] for r in rows) == launch.starts_hour + 29


def test_a_paused_launch_goes_on_when_it_is_resumed(studio):
    launch = running(studio)
    at_hour(studio, launch, 10)
    edit(studio, launch, "pause")
    assert studio.launch(launch.id).state == "PAUSED"
    at_hour(studio, launch, 20)
    edit(studio, launch, "resume")
    assert studio.launch(launch.id).state == "LIVE"
    hours = {r[2] - launch.starts_hour for r in at_hour(studio, launch, 30)["insights_hour"]}
    assert hours & set(range(10))
    assert not hours & set(range(10, 20))
    assert hours & set(range(20, 30))


def test_edits_and_jumps_replay_to_the_same_rows(studio):
    first, second = running(studio), running(studio)
    for launch, hours in ((first, (12, 20, 33)), (second, (33,))):
        for hour in hours:
            if hour == 33 and launch is second:
                with write_tx(studio.db):
                    for e in edits.edits_of(studio.db, first.id):
                        studio.db.conn.execute(
                            "INSERT INTO edit VALUES (?, (SELECT COUNT(*) FROM edit WHERE launch_id = ?), ?, ?, ?, '')",
                            [second.id, second.id, e.hour, e.kind, str(e.value) if e.kind == "budget" else "null"],
                        )
            at_hour(studio, launch, hour)
            if launch is first and hour in (12, 20):
                edit(studio, launch, "budget" if hour == 12 else "pause")
    assert written(studio.db, first.id) == written(studio.db, second.id)


def test_results_computed_before_an_edit_was_known_are_thrown_away(studio, monkeypatch):
    launch = running(studio)
    launches.jump(studio.db, launch.id, 10, now=studio.wall.now)
    compute = EngineRuns.results

    def overtaken(self, db, launch_id, since, here):
        results = compute(self, db, launch_id, since, here)
        if not edits.edits_of(db, launch_id):
            with write_tx(db):
                db.conn.execute("INSERT INTO edit VALUES (?, 1, 2, 'pause', 'null', '')", [launch_id])
        return results

    monkeypatch.setattr(EngineRuns, "results", overtaken)
    while studio.worker.tick(studio.db):
        pass
    assert max(r[2] for r in written(studio.db, launch.id)["insights_hour"]) == launch.starts_hour + 1


def test_a_worker_that_was_overtaken_writes_no_results(studio):
    launch = running(studio)
    launches.jump(studio.db, launch.id, 10, now=studio.wall.now)
    lease = leases.claim(studio.db, launch.id, "slow", studio.wall.now)
    with write_tx(studio.db):
        studio.db.conn.execute("UPDATE launch SET fence = fence + 1 WHERE id = ?", [launch.id])
    with pytest.raises(StaleFence):
        sync.sync_once(studio.db, lease, SimulatedPlatform(studio.db, studio.wall, EngineRuns()))
    assert written(studio.db, launch.id)["insights_hour"] == []


def test_at_the_end_every_chat_and_parcel_has_come_to_its_end(studio):
    launch = running(studio)
    to_the_end(studio, launch)
    assert studio.launch(launch.id).state == "ENDED"
    assert sync.synced_until(studio.db, launch.id)[1]
    waiting = "replied_utc IS NULL AND left_utc IS NULL"
    assert studio.db["conversation"].count_where(waiting) == 0
    on_the_way = "delivered_utc IS NULL AND refused_utc IS NULL AND returned_utc IS NULL"
    assert studio.db["customer_order"].count_where(on_the_way) == 0
    assert studio.db["reservation"].count_where("released_at IS NULL") == 0
    assert studio.worker.tick(studio.db) is False


def test_ending_early_stops_the_ads_at_the_next_hour(studio):
    launch = running(studio)
    at_hour(studio, launch, 20)
    edit(studio, launch, "end")
    assert studio.launch(launch.id).state == "ENDED"
    assert edits.end_hour(studio.db, launch.id) == 20
    assert sync.synced_until(studio.db, launch.id)[1]
    assert max(r[2] for r in written(studio.db, launch.id)["insights_hour"]) == launch.starts_hour + 19


def test_every_chat_of_the_platform_has_its_rows(studio):
    launch = running(studio)
    to_the_end(studio, launch)
    db = studio.db
    chats = db["conversation"].count
    reported = db.execute("SELECT SUM(conversations) FROM insights_hour").fetchone()[0]
    assert chats == reported > 20
    assert db.execute("SELECT COUNT(DISTINCT conversation_id) FROM message WHERE direction = 'in'").fetchone() == (
        chats,
    )
    counted = "messages IS NOT (SELECT COUNT(*) FROM message m WHERE m.conversation_id = conversation.id)"
    assert db["conversation"].count_where(counted) == 0
    lines = "SELECT order_id, SUM(quantity * price_minor) AS total FROM order_line GROUP BY order_id"
    wrong = db.execute(f"SELECT COUNT(*) FROM customer_order o JOIN ({lines}) l ON l.order_id = o.id "
                       "WHERE l.total IS NOT o.total_minor").fetchone()[0]  # fmt: skip
    assert wrong == 0
    assert {row["origin"] for t in ("insights_hour", "conversation", "message", "customer_order", "contact") for row in
            db.query(f"SELECT DISTINCT origin FROM {t}")} == {"simulated"}  # fmt: skip


def test_a_launch_whose_results_break_waits_for_a_person(studio, monkeypatch):
    launch, sound = running(studio), running(studio)
    compute = EngineRuns.results

    def broken(self, db, launch_id, since, here):
        if launch_id == launch.id:
            raise ZeroDivisionError
        return compute(self, db, launch_id, since, here)

    monkeypatch.setattr(EngineRuns, "results", broken)
    for one in (launch, sound):
        launches.jump(studio.db, one.id, 5, now=studio.wall.now)
    while studio.worker.tick(studio.db):
        pass
    assert studio.launch(launch.id).reason == "program_error"
    assert sync.synced_until(studio.db, sound.id)[0] == 5
    assert journal.standing_of(studio.db, launch.id).before_halt == "LIVE"
