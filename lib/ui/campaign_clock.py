"""Simulated time on the page: where it stands, and the few ways to turn it. One clock for everybody who looks."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st
from sqlite_utils import Database

from lib.launch import launches
from lib.launch.clock import DEFAULT_SPEED, HOUR, last_speed
from lib.launch.edits import Progress
from lib.store import open_database
from lib.ui import format as f
from lib.ui import html, shell
from lib.ui.campaign_state import Situation
from lib.ui.language import _, ngettext

SPEEDS = (int(DEFAULT_SPEED), 6 * HOUR, 24 * HOUR)  # simulated seconds a second


def draw_clock(situation: Situation) -> None:
    """Nothing before the platform took the ad, and none of it for a real campaign."""
    if situation.progress is None:
        return
    over = situation.phase not in {"LIVE", "PAUSED", "REVIEW"}
    with st.container(key="clock", horizontal=True, vertical_alignment="center", gap="small"):
        if not over:
            _stop_or_go(situation)
        html.draw("campaign_clock.html", **_shown(situation, situation.progress, over))
        if not over:
            _choose_speed(situation)
            st.button(
                _("Jump to the end"),
                key="clock-jump",
                type="tertiary",
                icon=":material/fast_forward:",
                on_click=_turn,
                args=(situation, launches.jump),
            )


def _shown(situation: Situation, progress: Progress, over: bool) -> dict[str, object]:
    share = progress.seconds / (progress.end_hour * HOUR) if progress.end_hour else 1
    return {
        "hour": progress.visible_hours,
        "speed": round(progress.segments[-1].speed),
        "moment": f.moment(situation.moment, situation.plan.timezone),
        "note": _("the campaign is over") if over else _note(situation, progress),
        "label": _("How much of the campaign has run"),
        "percent": round(100 * min(max(share, 0), 1)),
    }


def _note(situation: Situation, progress: Progress) -> str:
    day, days = f.count(situation.day), f.count(situation.plan.days)
    return _("day {day} of {days}; {pace}", day=day, days=days, pace=_pace(progress))


def _pace(progress: Progress) -> str:
    speed = progress.segments[-1].speed
    if speed == 0:
        return _("simulated time stands still")
    hours = round(speed / HOUR)
    return ngettext("simulated time, {n} hour a second", "simulated time, {n} hours a second", hours)


def _stop_or_go(situation: Situation) -> None:
    running = situation.clock_runs
    st.button(
        _("Stop the clock") if running else _("Let the clock run"),
        key="clock-stop" if running else "clock-go",
        icon=":material/pause:" if running else ":material/play_arrow:",
        on_click=_turn,
        args=(situation, _stop if running else launches.go_on),
    )


def _stop(db: Database, launch_id: int, *, now: datetime) -> None:
    launches.set_speed(db, launch_id, 0, now=now)


def _choose_speed(situation: Situation) -> None:
    key = f"clock-speed-{situation.launch.id}"
    speed = int(last_speed(situation.progress.segments))
    if st.session_state.get(key) != speed and speed in SPEEDS:
        st.session_state[key] = speed
    st.segmented_control(
        _("Speed"),
        SPEEDS,
        key=key,
        format_func=lambda s: _("{n}×", n=f.count(s / HOUR)),
        label_visibility="collapsed",
        help=_("Simulated hours a second"),
        required=True,
        on_change=_change_speed,
        args=(situation, key),
    )


def _change_speed(situation: Situation, key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen in SPEEDS:
        _turn(situation, lambda db, launch_id, now: launches.set_speed(db, launch_id, chosen, now=now))


def _turn(situation: Situation, turn: Callable[..., None]) -> None:
    """Somebody else may have ended it meanwhile; the page then shows how it stands."""
    try:
        with open_database() as db:
            turn(db, situation.launch.id, now=shell.now())
    except launches.NotNow:
        pass
