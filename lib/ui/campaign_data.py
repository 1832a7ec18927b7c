"""What a campaign's page shows, read once for everybody who looks at the same moment of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import streamlit as st
from sqlite_utils import Database

from lib.launch.launches import Launch, forecast_of, get_launch
from lib.launch.sync import synced_until
from lib.metrics import events, frames, totals
from lib.money import minor_per_unit
from lib.store import database_path, open_database
from lib.ui.campaign_charts import Course, HourOfDay, Pace
from lib.ui.campaign_findings import Band
from lib.ui.campaign_numbers import FUNNEL, Numbers
from lib.ui.campaign_state import Situation

POINTS = 160  # on a line: more than a screen shows
_P10, _P25, _P50, _P75, _P90 = (frames.LEVELS.index(level) for level in ("p10", "p25", "p50", "p75", "p90"))


@dataclass(frozen=True)
class Seen:
    """As far as results are in the tables. `bands_now` is the frozen forecast for this moment, by metric."""

    numbers: Numbers
    bands_now: Mapping[str, Band]
    scores: tuple[frames.Score, ...]
    spent_minor: int
    planned_minor: int
    pace: Pace
    course: Course
    hours: HourOfDay


def read(situation: Situation) -> Seen:
    launch_id = situation.launch.id
    with open_database() as db:
        hour, final = synced_until(db, launch_id)
    return _read(str(database_path()), launch_id, situation.launch.key, hour, final, len(situation.standing.done))


@st.cache_resource(max_entries=64, show_spinner=False)
def _read(path: str, launch_id: int, key: str, hour: int, final: bool, steps: int) -> Seen:
    """The arguments name the moment: results only change together with the hour they are known to."""
    with open_database(path) as db:
        launch = get_launch(db, launch_id)
        pace = frames.pace(db, launch)
        running = frames.running_total(db, launch, "conversations")
        return Seen(
            numbers=totals.metrics(db, launch),
            bands_now=_bands(launch, hour),
            scores=frames.score(db, launch),
            spent_minor=int(pace["spent_minor"].dropna().iloc[-1]),
            planned_minor=int(pace["planned_minor"].iloc[min(hour, launch.hours)]),
            pace=_pace(pace, launch),
            course=_course(launch, hour, running["at"], running["total"]),
            hours=_hours(db, launch),
        )


def _pace(frame: pd.DataFrame, launch: Launch) -> Pace:
    unit = minor_per_unit(launch.currency)
    at = [moment.replace(tzinfo=None) for moment in frame["at"]]
    spent = [int(minor) / unit for minor in frame["spent_minor"].dropna()]
    planned = [int(minor) / unit for minor in frame["planned_minor"]]
    seen, whole = _thinned(len(spent)), _thinned(len(planned))
    return Pace(
        at=[at[i] for i in seen],
        spent=[spent[i] for i in seen],
        plan_at=[at[i] for i in whole],
        plan=[planned[i] for i in whole],
    )


def _thinned(n: int) -> list[int]:
    """Places of at most POINTS points, the newest always among them."""
    step = -(-n // POINTS) or 1
    return sorted({*range(0, n, step), n - 1}) if n else []


def _day_ends(launch: Launch) -> list[datetime]:
    """The start of the run and the end of each of its days, on the shop's clock."""
    plan = launch.plan
    start = events.local(plan.start_hour, plan.timezone).replace(tzinfo=None)
    midnights = [plan.first_day + timedelta(days=n + 1) for n in range(plan.days)]
    return [start, *(datetime.combine(day, datetime.min.time()) for day in midnights)]


def _levels(launch: Launch, metric: str) -> np.ndarray | None:
    """Quantiles of the running total at the start and at each day's end, one row each; None without a forecast."""
    forecast = forecast_of(launch)
    if forecast is None or metric not in forecast["daily"]:
        return None
    rows = np.array(forecast["daily"][metric], dtype="float64")
    return np.vstack([np.zeros(rows.shape[1]), rows])


def _course(launch: Launch, hour: int, at: Sequence[datetime], total: Sequence[int]) -> Course:
    ends = _day_ends(launch)
    moments = [moment.replace(tzinfo=None) for moment in at]
    running = dict(zip(moments, total, strict=True))
    dots = [end for end in ends[1:] if end in running]
    if moments and moments[-1] not in dots:
        dots.append(moments[-1])
    levels = _levels(launch, "conversations")
    band = [[] for _ in range(5)] if levels is None else [list(levels[:, i]) for i in (_P10, _P25, _P50, _P75, _P90)]
    return Course([] if levels is None else ends[: len(levels)], *band, dots, [int(running[dot]) for dot in dots])


def _bands(launch: Launch, hour: int) -> dict[str, Band]:
    """The forecast of the funnel's steps for the hour, between the ends of two days on a straight line.

    At the end it is the forecast of the whole, late answers and orders included, as the score has it.
    """
    zone = launch.plan.timezone
    if hour <= 0:
        return {}
    forecast = forecast_of(launch)
    if hour >= launch.hours and forecast is not None:
        whole = {metric: forecast["bands"][metric] for metric in FUNNEL}
        return {metric: Band(levels[_P10], levels[_P50], levels[_P90]) for metric, levels in whole.items()}
    now = events.local(launch.starts_hour + min(hour, launch.hours), zone).replace(tzinfo=None)
    ends = _day_ends(launch)
    places = [(end - ends[0]).total_seconds() for end in ends]
    bands = {}
    for metric in FUNNEL:
        levels = _levels(launch, metric)
        if levels is not None:
            here = [
                float(np.interp((now - ends[0]).total_seconds(), places[: len(levels)], levels[:, i]))
                for i in (_P10, _P50, _P90)
            ]
            bands[metric] = Band(*here)
    return bands


def _hours(db: Database, launch: Launch) -> HourOfDay:
    frame = frames.by_hour_of_day(db, launch)
    agents = launch.plan.desk.agents
    return HourOfDay(
        started=tuple(int(n) for n in frame["conversations"]),
        answered=tuple(int(n) for n in frame["replied"]),
        lost=tuple(int(n) for n in frame["unanswered"]),
        open_hours=frozenset(hour for hour in range(24) if any(agents[hour::24])),
    )
