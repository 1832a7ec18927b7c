"""What the first page shows: every campaign with its sums and trend, and the day in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import streamlit as st
from sqlite_utils import Database

from lib.ads.plan import BadPlan
from lib.catalog.shops import list_shops
from lib.launch import edits, journal
from lib.launch.launches import Launch, get_launch, list_launches
from lib.launch.sync import synced_until
from lib.metrics import definitions, frames, totals
from lib.store import database_path, open_database
from lib.ui import campaign_state
from lib.ui.campaign_hero import Head
from lib.ui.campaign_numbers import Numbers
from lib.ui.campaign_score import SCORED
from lib.ui.campaign_state import Situation

_NEXT = {"REFUSED": "repair", "FAILED": "repair", "NEEDS_REVIEW": "look", "ENDED": "result", "CANCELLED": "repair"}


@dataclass(frozen=True)
class Row:
    """A campaign in the list. `trend` is the running total of its chats by day; `next_step` is a code."""

    launch_id: int
    shop_id: str
    shop_name: str
    currency: str
    head: Head
    numbers: Numbers
    trend: tuple[int, ...]
    waiting: int
    running: bool
    moving: bool
    next_step: str
    scores: tuple[frames.Score, ...]


@dataclass(frozen=True)
class Today:
    """Sums over all campaigns that are not archived; `held` of `scored` forecast measures ended inside their band."""

    running: int
    waiting: int
    held: int
    scored: int


def read(now: datetime, *, archived: bool = False) -> tuple[Row, ...]:
    """Every campaign of every shop, newest first. One whose stored plan cannot be read is left out."""
    with open_database() as db:
        names = {shop.id: shop.name for shop in list_shops(db)}
        rows = []
        for launch in list_launches(db, archived=archived):
            try:
                rows.append(_row(db, launch, now, names))
            except BadPlan:
                continue
    return tuple(rows)


def _row(db: Database, launch: Launch, now: datetime, names: Mapping[str, str]) -> Row:
    situation = Situation(launch, launch.plan, journal.standing_of(db, launch.id), edits.progress(db, launch.id, now))
    hour, final = synced_until(db, launch.id)
    sums = _sums(str(database_path()), launch.id, launch.key, hour, final)
    return Row(
        launch_id=launch.id,
        shop_id=launch.shop_id,
        shop_name=names.get(launch.shop_id, launch.shop_id),
        currency=launch.currency,
        head=campaign_state.head(situation),
        numbers=sums.numbers,
        trend=sums.trend,
        waiting=sums.waiting,
        running=situation.phase in {"LIVE", "REVIEW"},
        moving=situation.is_moving,
        next_step=_NEXT.get(situation.phase, "answer" if sums.waiting else "watch"),
        scores=() if situation.ended_early else sums.scores,
    )


@dataclass(frozen=True)
class _Sums:
    numbers: Numbers
    waiting: int
    trend: tuple[int, ...]
    scores: tuple[frames.Score, ...]


@st.cache_resource(max_entries=256, show_spinner=False)
def _sums(path: str, launch_id: int, key: str, hour: int, final: bool) -> _Sums:
    """The arguments name the moment: results only change together with the hour they are known to."""
    with open_database(path) as db:
        launch = get_launch(db, launch_id)
        parts = totals.parts(db, launch)
        by_day = frames.by_day(db, launch)["conversations"][: launch.plan.days]
        return _Sums(
            numbers=definitions.values(parts),
            waiting=int(parts["waiting"] or 0),
            trend=_running(tuple(int(n) for n in by_day)),
            scores=tuple(score for score in frames.score(db, launch) if score.metric in SCORED),
        )


def _running(by_day: tuple[int, ...]) -> tuple[int, ...]:
    total, running = 0, [0]
    for n in by_day:
        total += n
        running.append(total)
    return tuple(running)


def today(rows: tuple[Row, ...]) -> Today:
    scores = [score for row in rows for score in row.scores]
    return Today(
        running=sum(row.running for row in rows),
        waiting=sum(row.waiting for row in rows if row.head.state != "ENDED"),
        held=sum(bool(score.inside) for score in scores),
        scored=len(scores),
    )
