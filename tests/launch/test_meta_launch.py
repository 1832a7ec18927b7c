from datetime import timedelta

import pytest

from lib.launch import journal, launches
from lib.launch.adapter import Barred
from lib.launch.guards import CapsMissing
from lib.launch.meta_dry_run import dry_run, placeholder
from lib.launch.stop import stop_everything
from lib.store import open_database
from tests.launch.meta_studio import ACCOUNT, TOKEN, MetaStudio, account
from tests.standin.account import AdObject
from tests.standin.insights import Brought
from tests.standin.server import standin


@pytest.fixture
def graph(wall):
    with standin([account()], wall) as running:
        yield running


@pytest.fixture
def studio(db, wall, graph):
    return MetaStudio(db, wall, url=graph.url)


@pytest.fixture
def live(studio):
    launch = studio.work(studio.confirm().id)
    assert launch.state == "LIVE"
    return launch


def look(studio, seconds=1000):
    """As long as it takes until the worker asks Meta again, and its turn."""
    studio.wall.forward(seconds=seconds)
    studio.worker.tick(studio.db)


def order(studio, launch, action):
    launches.order(studio.db, launch.id, action, by="owner", now=studio.wall.now)
    studio.worker.tick(studio.db)
    return studio.launch(launch.id)


def statuses(graph):
    return {o.kind: o.status for o in graph.objects() if o.kind != "creative"}


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
    created = [r for r in graph.sent() if r.call in ("campaign", "adset", "ad")]
    assert {r.form["status"] for r in created} == {"PAUSED"}
    assert graph.platform.activated[-1] == graph.objects("campaign")[0].id


def test_what_is_sent_asks_for_a_chat_on_whatsapp_and_names_every_place(studio, graph, live):
    adset, creative = graph.objects("adset")[0].fields, graph.objects("creative")[0].fields
    assert (adset["destination_type"], adset["billing_event"]) == ("WHATSAPP", "IMPRESSIONS")
    assert set(adset["targeting"]["publisher_platforms"]) <= {"facebook", "instagram"}
    assert adset["targeting"]["facebook_positions"]
    assert adset["daily_budget"] == live.plan.budget.amount_minor
    link = creative["object_story_spec"]["link_data"]
    assert link["call_to_action"] == {"type": "WHATSAPP_MESSAGE", "value": {"app_destination": "WHATSAPP"}}
    assert live.plan.welcome.prefilled in link["page_welcome_message"]
    assert link["image_hash"] in graph.platform.accounts[ACCOUNT].images


def test_the_dry_run_is_what_was_sent_once_the_ids_are_put_in(studio, graph, live):
    connection = studio.settings_now.accounts[ACCOUNT]
    blank = dry_run(live.plan, key=live.key, connection=connection, settings=studio.settings_now)
    ids = journal.standing_of(studio.db, live.id).remote
    planned = [(r.method, r.path, r.form()) for r in blank.requests]

    def filled(text):
        for step, real in ids.items():
            text = text.replace(placeholder(step), real)
        return text

    planned = [(m, filled(p), {k: filled(v) for k, v in f.items()}) for m, p, f in planned]
    sent = [(r.method, r.path, r.form) for r in graph.log]
    assert sent[: len(planned)] == planned


def test_the_dry_run_needs_no_account_and_shows_no_token(studio):
    told = dry_run(studio.plan())
    assert told.refused == ()
    assert "act_{ad_account_id}/campaigns" in told.as_curl()
    assert "{campaign_id}" in told.as_curl()
    assert "{image_1_hash}" in told.as_curl()
    assert TOKEN not in told.as_curl()
    assert [step["step"] for step in told.as_data()][:5] == [
        "account", "minimum_budgets", "validate", "campaign", "adset",
    ]  # fmt: skip


def test_pausing_resuming_and_ending_reach_the_campaign(studio, graph, live):
    assert order(studio, live, "pause").state == "PAUSED"
    assert statuses(graph)["campaign"] == "PAUSED"
    assert order(studio, live, "resume").state == "LIVE"
    assert set(statuses(graph).values()) == {"ACTIVE"}
    assert order(studio, live, "end").state == "ENDED"
    assert statuses(graph)["campaign"] == "ARCHIVED"


def test_another_budget_reaches_the_ad_set_within_the_caps(studio, graph, live):
    caps = studio.settings_now.accounts[ACCOUNT].caps
    launches.change_budget(studio.db, live.id, 70_000, by="owner", now=studio.wall.now, caps=caps)
    studio.worker.tick(studio.db)
    assert graph.objects("adset")[0].fields["daily_budget"] == 70_000
    with pytest.raises(CapsMissing):
        launches.change_budget(studio.db, live.id, 80_000, by="owner", now=studio.wall.now)


def test_a_pause_while_it_is_being_switched_on_comes_first(studio, graph):
    launch = studio.confirm()

    def pause(call, when):
        if call == "status ACTIVE" and when == "before" and not graph.platform.activated:
            with open_database() as other:
                launches.order(other, launch.id, "pause", by="owner", now=studio.wall.now)

    graph.around = pause
    assert studio.work(launch.id, until={"PAUSED", "LIVE"}).state == "PAUSED"
    assert statuses(graph)["campaign"] == "PAUSED"
    assert graph.objects("campaign")[0].id not in graph.platform.activated
    assert order(studio, launch, "resume").state == "LIVE"
    assert set(statuses(graph).values()) == {"ACTIVE"}


def test_stop_everything_pauses_at_once_and_cancels_what_has_not_begun(studio, graph, live):
    waiting = studio.confirm(studio.plan())
    told = stop_everything(studio.db, studio.platforms(), by="owner", now=studio.wall.now)
    assert (told.paused, told.cancelled, told.failed) == ((live.id,), (waiting.id,), ())
    assert statuses(graph)["campaign"] == "PAUSED"
    look(studio, 1)
    assert studio.launch(live.id).state == "PAUSED"


def test_stop_everything_without_an_answer_is_carried_out_as_soon_as_there_is_one(studio, graph, live):
    graph.choose = lambda call, nth: "close_before"
    told = stop_everything(studio.db, studio.platforms(), by="owner", now=studio.wall.now)
    assert told.failed == (live.id,)
    graph.choose = lambda call, nth: None
    look(studio)
    assert statuses(graph)["campaign"] == "PAUSED"
    assert studio.launch(live.id).state == "PAUSED"


def test_a_review_that_takes_its_time_is_waited_for(studio, graph):
    graph.platform.review = timedelta(minutes=30)
    launch = studio.work(studio.confirm().id)
    look(studio)
    assert "review" not in journal.standing_of(studio.db, launch.id).done
    look(studio, 3600)
    assert "review" in journal.standing_of(studio.db, launch.id).done


def test_ads_that_are_refused_leave_a_paused_campaign(studio, graph):
    graph.platform.refuse_ads = "Personal attributes"
    launch = studio.work(studio.confirm().id, until={"FAILED"})
    assert (launch.state, launch.reason) == ("FAILED", "refused_by_review")
    assert journal.standing_of(studio.db, launch.id).detail["policies"] == ["Personal attributes"]
    assert statuses(graph)["campaign"] == "PAUSED"


def test_it_ends_by_the_calendar(studio, graph, live):
    studio.wall.now = studio.wall.now.fromtimestamp(live.plan.end_hour * 3600 + 10, studio.wall.now.tzinfo)
    look(studio)
    assert studio.launch(live.id).state == "ENDED"
    assert studio.db.execute("SELECT final FROM synced").fetchone() == (0,)
    look(studio, 29 * 86400)
    assert studio.db.execute("SELECT final FROM synced").fetchone() == (1,)


def brought(graph, start, **numbers):
    ads = [a.id for a in graph.objects("ad")]
    rows = [
        Brought(ads[0], "facebook_feed", start, 1000, 31, 9, "6.31", 700),
        Brought(ads[0], "instagram_feed", start, 333, 7, 2, "1.07", 300),
        Brought(ads[0], "facebook_feed", start + 1, 517, 11, 0, "3.33", 400),
        Brought(ads[0], "instagram_story", start + 1, 1, 1, 1, "0.01", 1),
        Brought(ads[0], "facebook_feed", start + 30, 77, 3, 1, "0.49", 60),
    ]
    graph.brought = lambda campaign: rows
    return rows


def test_insights_are_kept_by_hour_and_by_placement_to_the_cent(studio, graph, live):
    rows = brought(graph, live.plan.start_hour)
    look(studio, 40 * 3600)
    told = list(studio.db.query("SELECT * FROM insights_hour"))
    assert {r["origin"] for r in told} == {"measured"}
    for key in ("hour", "placement"):
        for ours, theirs in (("impressions", "impressions"), ("clicks", "clicks"), ("conversations", "started")):
            assert _sums(told, key, lambda r, n=ours: r[n]) == _sums(rows, key, lambda b, n=theirs: getattr(b, n))
        assert _sums(told, key, lambda r: r["spend_micro"]) == _sums(
            rows, key, lambda b: round(float(b.spend) * 1_000_000)
        )
    people = dict(studio.db.execute("SELECT scope, reach FROM insights_reach").fetchall())
    assert people["all"] == sum(b.reach for b in rows)
    assert people["facebook_feed"] == 1160


def _sums(rows, key, number):
    sums = {}
    for row in rows:
        name = row[key] if isinstance(row, dict) else getattr(row, key)
        sums[name] = sums.get(name, 0) + number(row)
    return {name: total for name, total in sums.items() if total}


def test_insights_asked_for_again_change_nothing(studio, graph, live):
    brought(graph, live.plan.start_hour)
    look(studio, 40 * 3600)
    before = list(studio.db.query("SELECT * FROM insights_hour ORDER BY hour, placement"))
    look(studio)
    assert list(studio.db.query("SELECT * FROM insights_hour ORDER BY hour, placement")) == before


def test_an_ad_shown_inside_whatsapp_is_paused_at_once(studio, graph, live):
    ad = graph.objects("ad")[0].id
    graph.brought = lambda campaign: [Brought(ad, "whatsapp_status", live.plan.start_hour, 10)]
    look(studio, 40 * 3600)
    launch = studio.launch(live.id)
    assert (launch.state, launch.reason) == ("NEEDS_REVIEW", "shown_inside_whatsapp")
    assert statuses(graph)["campaign"] == "PAUSED"


@pytest.mark.parametrize(
    "tampered",
    [
        {"effective_publisher_platforms": ["facebook", "whatsapp"]},
        {"effective_publisher_platforms": ["facebook", "audience_network"]},
        {"effective_whatsapp_positions": ["status"]},
        {"publisher_platforms": ["facebook", "instagram", "threads"]},
    ],
)
def test_a_place_nobody_chose_keeps_it_switched_off(studio, graph, monkeypatch, tampered):
    targeted = graph.platform.as_targeted
    monkeypatch.setattr(graph.platform, "as_targeted", lambda targeting: {**targeted(targeting), **tampered})
    launch = studio.work(studio.confirm().id)
    assert (launch.state, launch.reason) == ("NEEDS_REVIEW", "differs")
    assert set(statuses(graph).values()) == {"PAUSED"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"currency": "USD"}, "currency_differs"),
        ({"spend_cap": "0"}, "account_without_spend_cap"),
        ({"minimum": 10_000_000}, "budget_too_low"),
        ({"account_status": 2}, "account_not_active"),
    ],
)
def test_an_account_that_does_not_fit_gets_nothing(studio, graph, change, reason):
    for name, value in change.items():
        setattr(graph.platform.accounts[ACCOUNT], name, value)
    assert studio.work(studio.confirm().id).reason == reason
    assert graph.objects() == []


def test_a_refused_token_stops_a_running_launch_and_a_person_lets_it_go_on(studio, graph, live):
    graph.choose = lambda call, nth: "token_expired"
    look(studio)
    launch = studio.launch(live.id)
    assert (launch.state, launch.reason) == ("NEEDS_REVIEW", "token_refused")
    seen = len(graph.log)
    look(studio, 5000)
    assert len(graph.log) == seen
    graph.choose = lambda call, nth: None
    assert order(studio, launch, "continue").state == "LIVE"


def test_switched_off_nothing_is_sent(studio, graph):
    launch = studio.confirm()
    studio.env = {"STUDIO_META": "off"}
    assert studio.work(launch.id, seconds=60).state == "CONFIRMED"
    assert graph.log == []


def test_meta_is_asked_about_a_running_launch_now_and_then_only(studio, graph, live):
    look(studio)
    seen = len(graph.log)
    for _ in range(60):
        look(studio, 10)
    assert len(graph.log) - seen <= 10


def test_a_creative_is_looked_for_through_all_pages(studio, graph):
    adapter = studio.adapter()
    creative = {"object_story_spec": {"page_id": "111111111111111"}}
    for n in range(450):
        fields = {"name": f"x {n}", **creative}
        graph.platform.objects[str(n)] = AdObject(str(n), ACCOUNT, "creative", fields, "ACTIVE", studio.wall.now)
    graph.platform.objects["449"].fields["name"] = "mine [wa:ABCDEFGHIJ:k1]"
    assert adapter.find(ACCOUNT, "creative", "[wa:ABCDEFGHIJ:k1]") == ("449",)


def test_an_adapter_serves_its_own_account_only(studio):
    with pytest.raises(Barred, match="other_account"):
        studio.adapter().find("act_9", "campaign", "x")


def test_what_the_simulated_platform_brings_arrives_through_meta_to_the_unit(studio, studio_db, graph, live):
    graph.simulate(studio_db, lambda: 30)
    rows = graph.brought(graph.objects("campaign")[0])
    look(studio, 40 * 3600)
    assert sum(b.impressions for b in rows) > 0
    told = studio.db.execute("SELECT SUM(impressions), SUM(clicks), SUM(conversations) FROM insights_hour").fetchone()
    assert told == (sum(b.impressions for b in rows), sum(b.clicks for b in rows), sum(b.started for b in rows))
