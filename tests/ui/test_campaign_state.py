from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from lib.ads.placements import PLACEMENT_IDS
from lib.launch import journal
from lib.launch.clock import HOUR, Segment
from lib.launch.edits import Progress
from lib.launch.journal import Standing
from lib.launch.objects import all_steps
from lib.launch.simulated import POLICIES
from lib.metrics.funnel import STEPS
from lib.ui import campaign_state, words
from lib.ui.campaign_journal import step_words
from lib.ui.campaign_state import Situation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CREATIVES = (SimpleNamespace(picture="p.webp", picture_url="", name="A"),)
DONE = frozenset(all_steps(SimpleNamespace(creatives=CREATIVES)))


def situation(standing: Standing, hours: float | None = None, speed: float = 3600.0) -> Situation:
    plan = SimpleNamespace(
        creatives=CREATIVES,
        first_day=date(2026, 11, 22), last_day=date(2026, 11, 28), days=7, timezone="Africa/Cairo", currency="EGP",
        start_hour=int(NOW.timestamp()) // 3600, budget=SimpleNamespace(kind="daily", amount_minor=250_00),
    )  # fmt: skip
    launch = SimpleNamespace(id=1, name="Cup", adapter="simulated", state=standing.state, archived=None, hours=168)
    progress = None if hours is None else Progress(int(hours * HOUR), 168, (Segment(NOW, 0, speed),))
    return Situation(launch, plan, standing, progress)


@pytest.mark.parametrize(
    ("standing", "hours", "phase"),
    [
        (Standing("CONFIRMED"), None, "CONFIRMED"),
        (Standing("LIVE", done=DONE), -0.4, "REVIEW"),
        (Standing("LIVE", done=DONE | {"review"}), 5, "LIVE"),
        (Standing("PAUSED", done=DONE | {"review"}), 5, "PAUSED"),
        (Standing("LIVE", done=DONE | {"review"}), 168, "ENDED"),
        (Standing("FAILED", reason="refused_by_review", done=DONE), 0, "REFUSED"),
        (Standing("FAILED", reason="budget_too_low"), None, "FAILED"),
        (Standing("NEEDS_REVIEW", reason="differs"), None, "NEEDS_REVIEW"),
    ],
)
def test_the_phase_tells_review_refusal_and_end_apart(standing, hours, phase):
    assert situation(standing, hours).phase == phase


def test_a_refused_ad_says_why_and_what_to_do():
    standing = Standing("FAILED", reason="refused_by_review", detail={"policies": ["unclear_offer"]}, done=DONE)
    head = campaign_state.head(situation(standing, 0))
    assert head.tone == "trouble"
    assert "does not make clear what is offered" in head.detail
    assert "launch it again" in head.detail


def test_an_unknown_answer_warns_against_a_second_start():
    standing = Standing("CREATING", open_step="campaign", unknown_since=NOW)
    assert "Do not start it again" in campaign_state.head(situation(standing)).detail


def test_nothing_ticks_while_the_clock_stands_or_after_the_end():
    live = Standing("LIVE", done=DONE | {"review"})
    assert situation(live, 5).is_moving
    assert not situation(live, 5, speed=0.0).is_moving
    assert not situation(replace(live, state="ENDED"), 168).is_moving


def test_the_day_of_the_campaign_counts_on_the_shops_calendar():
    late = situation(Standing("LIVE", done=DONE | {"review"}), 11)  # 23:00 UTC, after midnight in Cairo
    assert late.moment == NOW + timedelta(hours=11)
    assert late.day == 2


def test_the_steps_show_where_a_launch_stands():
    standing = Standing("CREATING", done=frozenset({"validate", "campaign"}))
    assert [s.stage for s in campaign_state.stages(situation(standing))] == [
        "done", "done", "now", "later", "later", "later",
    ]  # fmt: skip


def test_the_step_that_broke_is_marked():
    standing = Standing("NEEDS_REVIEW", reason="differs", done=frozenset(DONE - {"verify"}))
    assert [s.stage for s in campaign_state.stages(situation(standing))][3] == "failed"


def test_every_code_has_words():
    states = journal.TERMINAL | journal.RUNNING | journal.HALTABLE | {"DRAFT", "NEEDS_REVIEW", "REVIEW", "REFUSED"}
    assert states <= set(words.LAUNCH_STATE)
    assert set(POLICIES) <= set(words.POLICY)
    assert set(STEPS) == set(words.FUNNEL_STEP)
    assert set(PLACEMENT_IDS) <= set(words.PLACEMENTS)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("campaign", "Campaign"),
        ("creative/2", "Creative 2"),
        ("activate/ad/1", "Switching on: Ad 1"),
        ("new/1", "new 1"),
    ],
)
def test_journal_steps_are_told_in_words(step, said):
    assert step_words(step) == said


def test_a_campaign_ended_early_is_known_as_such():
    ended = Standing("ENDED", done=DONE | {"review"})
    whole = situation(ended, 168)
    assert not whole.ended_early
    assert replace(whole, progress=replace(whole.progress, end_hour=30)).ended_early
