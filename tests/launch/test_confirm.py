import threading

import pytest

from lib.launch import audit, guards, journal, launches
from lib.launch.guards import CapExceeded, Caps
from lib.store import open_database, write_tx


def test_confirming_writes_everything_at_once(studio):
    launch = studio.confirm(forecast_json='{"seed": 1}')
    assert launch.state == "CONFIRMED"
    assert launches.forecast_of(launch) == {"seed": 1}
    assert launch.plan.sha256 == launch.spec_sha256
    assert [e.step for e in journal.entries_of(studio.db, launch.id)] == ["confirm"]
    assert guards.reserved_minor(studio.db, launch.account_id) == launch.cap_minor
    assert studio.db["audit"].count == 1
    assert studio.db["clock_segment"].count == 0


def test_a_second_click_shows_the_launch_of_the_first(studio):
    plan = studio.plan()
    first = launches.confirm(studio.db, plan, by="a", now=studio.wall.now)
    second = launches.confirm(studio.db, plan, by="b", now=studio.wall.now)
    assert (first.fresh, second.fresh) == (True, False)
    assert second.launch.id == first.launch.id
    assert studio.db["launch"].count == 1


def test_a_second_click_after_the_launch_is_over_does_not_launch_again(studio):
    plan = studio.plan()
    launch = studio.confirm(plan)
    launches.order(studio.db, launch.id, "cancel", by="a", now=studio.wall.now)
    assert launches.confirm(studio.db, plan, by="a", now=studio.wall.now).launch.id == launch.id
    assert launches.confirm(studio.db, plan, by="a", now=studio.wall.now, again=True).fresh


def test_one_live_launch_a_draft_even_when_the_plan_has_changed(studio):
    plan = studio.plan()
    launch = studio.confirm(plan)
    changed = type(plan).model_validate({**plan.model_dump(), "name": "another name"})
    assert changed.sha256 != plan.sha256
    assert studio.confirm(changed).id == launch.id


def test_many_tabs_at_the_same_moment_give_one_launch(studio):
    plan, found, gate = studio.plan(), [], threading.Barrier(12)

    def click():
        with open_database() as db:
            gate.wait()
            found.append(launches.confirm(db, plan, by="tab", now=studio.wall.now))

    threads = [threading.Thread(target=click) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert sum(c.fresh for c in found) == 1
    assert len({c.launch.id for c in found}) == 1


def test_a_launch_beyond_its_cap_leaves_nothing_behind(studio):
    plan = studio.plan()
    with pytest.raises(CapExceeded) as refused:
        studio.confirm(plan, caps=Caps(launch_minor=plan.cap_minor - 1))
    assert refused.value.cap == "launch"
    assert [studio.db[t].count for t in ("launch", "journal", "reservation", "audit")] == [0, 0, 0, 0]


def test_open_launches_share_the_room_of_their_account(studio):
    plan = studio.plan()
    caps = Caps(account_minor=2 * plan.cap_minor)
    studio.confirm(plan, caps=caps)
    second = studio.confirm(studio.plan(), caps=caps)
    with pytest.raises(CapExceeded, match="account"):
        studio.confirm(studio.plan(), caps=caps)
    launches.order(studio.db, second.id, "cancel", by="a", now=studio.wall.now)
    assert studio.confirm(studio.plan(), caps=caps).state == "CONFIRMED"


def test_a_changed_plan_in_the_database_is_never_launched(studio):
    launch = studio.confirm()
    with write_tx(studio.db):
        studio.db.conn.execute("UPDATE launch SET spec_json = replace(spec_json, 'Nile Shop', 'Nile Shoq')")
    assert studio.work(launch.id).state == "NEEDS_REVIEW"
    assert studio.launch(launch.id).reason == "plan_changed"
    assert studio.objects() == []


def test_the_audit_chain_shows_where_it_was_tampered_with(studio):
    studio.confirm()
    launch = studio.confirm(studio.plan())
    launches.order(studio.db, launch.id, "cancel", by="a", now=studio.wall.now)
    assert audit.first_broken_row(studio.db) is None
    with write_tx(studio.db):
        studio.db.conn.execute("UPDATE audit SET user = 'somebody else' WHERE id = 2")
    assert audit.first_broken_row(studio.db) == 2


def test_only_a_launch_that_is_over_is_archived(studio):
    launch = studio.confirm()
    with pytest.raises(launches.NotNow):
        launches.archive(studio.db, launch.id, now=studio.wall.now)
    launches.order(studio.db, launch.id, "cancel", by="a", now=studio.wall.now)
    launches.archive(studio.db, launch.id, now=studio.wall.now)
    assert launches.list_launches(studio.db) == ()
    assert [one.id for one in launches.list_launches(studio.db, archived=True)] == [launch.id]
