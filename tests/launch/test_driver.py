from datetime import timedelta

import pytest

from lib.launch import journal, launches, leases
from lib.launch.faults import ChosenFaults
from lib.store import open_database, write_tx

CALLS = (
    "create campaign",
    "create adset",
    "create image",
    "create creative",
    "create ad",
    "status ACTIVE",
    "read",
    "validate",
)


class Killed(BaseException):
    """The process dies here."""


def kinds(studio):
    return [r["kind"] for r in studio.objects()]


def test_a_launch_creates_its_objects_once_and_switches_them_on(studio):
    launch = studio.work(studio.confirm(studio.plan(two_creatives=True)).id)
    assert launch.state == "LIVE"
    assert sorted(kinds(studio)) == ["ad", "ad", "adset", "campaign", "creative", "creative"]
    assert {r["status"] for r in studio.objects() if r["kind"] != "creative"} == {"ACTIVE"}
    assert all(f"[wa:{launch.key}:" in r["name"] for r in studio.objects())


def test_everything_is_created_paused_and_activated_last(studio):
    launch = studio.work(studio.confirm().id)
    steps = [e.step for e in journal.entries_of(studio.db, launch.id) if e.kind == "intent"]
    assert steps == [
        "validate", "campaign", "adset", "image/1", "creative/1", "ad/1",
        "verify", "activate/ad/1", "activate/adset", "activate/campaign",
    ]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", ["not_sent", "throttled", "lost_before", "lost_after"])
def test_a_faulty_answer_neither_doubles_nor_loses_anything(studio, call, fault):
    studio.faults = ChosenFaults(lambda name, nth: fault if name == call and nth == 0 else None)
    launch = studio.work(studio.confirm().id, seconds=60)
    assert launch.state == "LIVE"
    assert sorted(kinds(studio)) == ["ad", "adset", "campaign", "creative"]


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_a_list_that_lags_behind_is_given_its_grace(studio, fault):
    studio.faults = ChosenFaults(
        lambda name, nth: fault if name == "create adset" and nth == 0 else None, list_lag=timedelta(seconds=0.25)
    )
    assert studio.work(studio.confirm().id, seconds=60).state == "LIVE"
    assert kinds(studio).count("adset") == 1


def test_an_answer_lost_twice_goes_to_a_person(studio):
    studio.faults = ChosenFaults(lambda name, nth: "lost_before" if name == "create ad" else None)
    launch = studio.work(studio.confirm().id, seconds=60)
    assert (launch.state, launch.reason) == ("NEEDS_REVIEW", "unknown_twice")
    assert kinds(studio).count("ad") == 0
    studio.faults = ChosenFaults(lambda name, nth: None)
    launches.order(studio.db, launch.id, "continue", by="owner", now=studio.wall.now)
    assert studio.work(launch.id, seconds=60).state == "LIVE"
    assert kinds(studio).count("ad") == 1


def test_a_platform_that_never_answers_goes_to_a_person(studio):
    studio.faults = ChosenFaults(lambda name, nth: "not_sent" if name == "create campaign" else None)
    launch = studio.work(studio.confirm().id, seconds=1000, step=5)
    assert (launch.state, launch.reason) == ("NEEDS_REVIEW", "too_many_tries")


def test_a_barred_account_stops_at_once(studio):
    studio.faults = ChosenFaults(lambda name, nth: "barred" if name == "create adset" else None)
    launch = studio.work(studio.confirm().id)
    assert (launch.state, launch.reason) == ("NEEDS_REVIEW", "token_expired")
    assert kinds(studio) == ["campaign"]


def test_two_objects_under_one_tag_are_left_paused_for_a_person(studio):
    def twice(name, nth):
        if name == "create campaign" and nth == 0:
            with open_database() as db, write_tx(db):
                launch = next(iter(db.query("SELECT key FROM launch")))
                for number in (1, 2):
                    db.conn.execute(
                        "INSERT INTO platform_object VALUES (?, 'act_simulated', 'campaign', ?, NULL, 'PAUSED', "
                        "'PAUSED', '{}', '2026-03-02T08:00:00Z')",
                        [str(number), f"x [wa:{launch['key']}:c]"],
                    )
            return "lost_before"
        return None

    studio.faults = ChosenFaults(twice)
    launch = studio.work(studio.confirm().id)
    assert (launch.state, launch.reason) == ("NEEDS_REVIEW", "duplicates")
    assert {r["status"] for r in studio.objects()} == {"PAUSED"}


def test_nothing_is_switched_on_when_the_platform_holds_something_else(studio):
    def tamper(name, nth):
        if name == "read" and nth == 0:
            with open_database() as db, write_tx(db):
                db.conn.execute(
                    "UPDATE platform_object SET body_json = json_set(body_json, '$.daily_budget', 999999) "
                    "WHERE kind = 'adset'"
                )

    studio.faults = ChosenFaults(tamper)
    launch = studio.work(studio.confirm().id)
    assert (launch.state, launch.reason) == ("NEEDS_REVIEW", "differs")
    assert "adset.daily_budget" in journal.standing_of(studio.db, launch.id).detail["fields"]
    assert {r["status"] for r in studio.objects()} == {"PAUSED"}


def test_a_placement_inside_whatsapp_that_appears_afterwards_is_not_switched_on(studio):
    def tamper(name, nth):
        if name == "read" and nth == 0:
            with open_database() as db, write_tx(db):
                db.conn.execute(
                    "UPDATE platform_object SET body_json = "
                    "json_set(body_json, '$.targeting.whatsapp_positions', json('[\"status\"]')) WHERE kind = 'adset'"
                )

    studio.faults = ChosenFaults(tamper)
    assert studio.work(studio.confirm().id).reason == "differs"
    assert {r["status"] for r in studio.objects()} == {"PAUSED"}


def every_boundary():
    """Each call of a launch, killed before it reaches the platform and after the platform did it."""
    return [(call, nth) for call in CALLS for nth in range(3 if call == "status ACTIVE" else 1)]


@pytest.mark.parametrize(("call", "nth"), every_boundary())
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_at_a_call_is_survived(studio, call, nth, when):
    def kill(name, count):
        if (name, count) != (call, nth):
            return None
        if when == "before":
            raise Killed
        return Killed()

    studio.faults = ChosenFaults(kill)
    launch = studio.confirm()
    with pytest.raises(Killed):
        studio.work(launch.id)
    studio.faults = ChosenFaults(lambda *_: None)
    studio.worker = studio.new_worker()
    assert studio.work(launch.id, seconds=60).state == "LIVE"
    assert sorted(kinds(studio)) == ["ad", "adset", "campaign", "creative"]


def test_a_worker_killed_at_any_journal_write_is_survived(studio, monkeypatch):
    whole = len(journal.entries_of(studio.db, studio.work(studio.confirm().id).id))
    write = journal.append
    for survived in range(1, whole):
        count = 0

        def dying(*args, _survived=survived, **kwargs):
            nonlocal count
            count += 1
            if count > _survived:
                raise Killed
            return write(*args, **kwargs)

        launch = studio.confirm(studio.plan())
        before = len(studio.objects())
        studio.worker = studio.new_worker(only=launch.id)
        monkeypatch.setattr(journal, "append", dying)
        try:
            studio.work(launch.id)
        except Killed:
            studio.worker = studio.new_worker(only=launch.id)
        monkeypatch.setattr(journal, "append", write)
        assert studio.work(launch.id, seconds=60).state == "LIVE"
        assert len(studio.objects()) - before == 4


def test_a_lease_is_held_by_one_worker_until_it_runs_out(studio):
    launch = studio.confirm()
    first = leases.claim(studio.db, launch.id, "one", studio.wall.now)
    assert first is not None
    assert leases.claim(studio.db, launch.id, "two", studio.wall.now) is None
    studio.wall.forward(seconds=leases.LEASE.total_seconds() + 1)
    second = leases.claim(studio.db, launch.id, "two", studio.wall.now)
    assert second is not None
    assert second.fence == first.fence + 1
    with write_tx(studio.db):
        assert not leases.renew(studio.db, first, studio.wall.now)


def test_a_worker_that_was_overtaken_lets_go_without_writing(studio):
    launch = studio.confirm()

    def overtake(name, nth):
        if name == "create adset" and nth == 0:
            with open_database() as db, write_tx(db):
                db.conn.execute("UPDATE launch SET fence = fence + 1, lease_owner = 'other' WHERE id = ?", [launch.id])

    studio.faults = ChosenFaults(overtake)
    assert studio.worker.tick(studio.db) is False
    last = journal.entries_of(studio.db, launch.id)[-1]
    assert (last.step, last.kind) == ("adset", "intent")


def test_cancelling_while_it_is_being_created_stops_it(studio):
    launch = studio.confirm()

    def cancel(name, nth):
        if name == "create creative" and nth == 0:
            with open_database() as db:
                launches.order(db, launch.id, "cancel", by="owner", now=studio.wall.now)

    studio.faults = ChosenFaults(cancel)
    assert studio.work(launch.id).state == "CANCELLED"
    assert {r["status"] for r in studio.objects()} == {"PAUSED"}


def test_one_broken_launch_does_not_stop_the_others(studio):
    broken, sound = studio.confirm(), studio.confirm(studio.plan())
    with write_tx(studio.db):
        studio.db.conn.execute("UPDATE launch SET spec_json = '{', spec_sha256 = '' WHERE id = ?", [broken.id])
    assert studio.work(sound.id).state == "LIVE"
    assert studio.launch(broken.id).state == "NEEDS_REVIEW"
