import pytest

from lib.launch import edits, journal, launches
from lib.launch.adapter import Rejected
from lib.launch.engine_run import EngineRuns
from lib.launch.objects import Identity, object_fields, tagged_key, tagged_name
from lib.launch.simulated import POLICIES, SimulatedPlatform
from lib.launch.stop import stop_everything
from tests.launch.studio import ALWAYS_REFUSED

IDENTITY = Identity("1", "2", "")


def platform(studio):
    return SimulatedPlatform(studio.db, studio.wall, EngineRuns(), settings=studio.settings)


def statuses(studio):
    here = platform(studio)
    return {r["kind"]: here.read(r["kind"], r["id"]).effective_status for r in studio.objects()}


def test_an_ad_is_reviewed_before_it_runs(studio):
    launch = studio.work(studio.confirm().id)
    assert launch.state == "LIVE"
    assert edits.progress(studio.db, launch.id, studio.wall.now).seconds < 0
    assert statuses(studio)["ad"] == "PENDING_REVIEW"
    studio.wall.forward(seconds=1)
    assert statuses(studio)["ad"] == "ACTIVE"
    studio.worker.tick(studio.db)
    assert "review" in journal.standing_of(studio.db, launch.id).done


def test_a_refused_ad_says_why_and_frees_its_draft(studio):
    studio.settings = ALWAYS_REFUSED
    launch = studio.work(studio.confirm().id, until={"FAILED"})
    assert (launch.state, launch.reason) == ("FAILED", "refused_by_review")
    (policy,) = journal.standing_of(studio.db, launch.id).detail["policies"]
    assert policy in POLICIES
    assert statuses(studio)["ad"] == "DISAPPROVED"
    assert studio.db["insights_hour"].count == 0


def test_whoever_edits_and_launches_again_passes(studio):
    studio.settings = ALWAYS_REFUSED
    studio.work(studio.confirm().id, until={"FAILED"})
    again = studio.work(studio.confirm(studio.plan()).id)
    studio.wall.forward(seconds=2)
    studio.worker.tick(studio.db)
    assert studio.launch(again.id).state == "LIVE"


def test_the_verdict_depends_on_the_launch_alone(studio):
    studio.settings = ALWAYS_REFUSED
    verdicts = set()
    for _ in range(3):
        launch = studio.work(studio.confirm(studio.plan(), seed=7).id, until={"FAILED", "LIVE"})
        studio.wall.forward(seconds=2)
        studio.worker.tick(studio.db)
        standing = journal.standing_of(studio.db, launch.id)
        verdicts.add(standing.detail.get("policies", ["passed"])[0])
        studio.db.conn.execute("DELETE FROM launch")
    assert len(verdicts) == 1


def test_switching_off_the_campaign_shows_in_what_hangs_on_it(studio):
    launch = studio.work(studio.confirm().id)
    studio.wall.forward(seconds=2)
    launches.order(studio.db, launch.id, "pause", by="owner", now=studio.wall.now)
    assert studio.work(launch.id, until={"PAUSED"}).state == "PAUSED"
    assert statuses(studio) == {
        "campaign": "PAUSED", "adset": "CAMPAIGN_PAUSED", "creative": "PAUSED", "ad": "CAMPAIGN_PAUSED",
    }  # fmt: skip


def test_an_object_needs_the_right_parent(studio):
    here, plan = platform(studio), studio.plan()
    campaign = here.create("act", "campaign", "x", object_fields(plan, "campaign", {}, IDENTITY))
    adset = object_fields(plan, "adset", {"campaign": "12"}, IDENTITY)
    with pytest.raises(Rejected, match="no_such_object"):
        here.create("act", "adset", "x", adset)
    with pytest.raises(Rejected, match="wrong_parent"):
        here.create("act", "ad", "x", {"adset_id": campaign, "creative": {"creative_id": "1"}})


def test_a_name_keeps_its_tag_whatever_the_user_wrote(studio):
    plan = studio.plan(name="my [wa:AAAAAAAAAA:c] ad " + "x" * 180)
    name = tagged_name(plan, "BCDEFGHIJK", "ad/2")
    assert name.endswith("[wa:BCDEFGHIJK:a2]")
    assert tagged_key(name) == "BCDEFGHIJK"


def test_stop_everything_reaches_every_launch_past_the_queue(studio):
    live = studio.work(studio.confirm().id)
    waiting = studio.confirm(studio.plan())
    over = studio.confirm(studio.plan())
    launches.order(studio.db, over.id, "cancel", by="owner", now=studio.wall.now)
    told = stop_everything(studio.db, lambda name, account_id, db: platform(studio), by="owner", now=studio.wall.now)
    assert (told.paused, told.cancelled, told.failed) == ((live.id,), (waiting.id,), ())
    campaign = journal.standing_of(studio.db, live.id).remote["campaign"]
    assert platform(studio).read("campaign", campaign).status == "PAUSED"
    assert studio.work(live.id, until={"PAUSED"}).state == "PAUSED"


def test_stop_everything_tells_what_it_could_not_reach(studio):
    live = studio.work(studio.confirm().id)
    told = stop_everything(studio.db, lambda name, account_id, db: None, by="owner", now=studio.wall.now)
    assert told.failed == (live.id,)
