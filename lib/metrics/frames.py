"""Tidy tables for charts and files. Whole numbers only; money in minor units that add up to the totals.

Days and hours of day are the shop's own. A caller that draws several tables at once reads `events.hourly` once and
passes it on as `hours`. What happened after the last day (late replies, orders, parcels) stands on the
day it happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Any

import numpy as np
import pandas as pd
from sqlite_utils import Database

from lib.launch import edits
from lib.launch.launches import Launch, forecast_of, list_launches
from lib.launch.sync import synced_until
from lib.metrics import events
from lib.metrics.totals import parts
from lib.money import MICRO, cumulative_minor, micro_to_minor, minor_per_unit

SUMS = (*events.COUNTS, "spend_minor", "order_value_minor", "revenue_minor")
LEVELS = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")
FORECAST_OF = {"spend": "spend_micro", "revenue": "revenue_minor"}


def by_day(db: Database, launch: Launch, hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a day from the first day to the last one anything happened on, and at least to what has been seen:
    day (date), the columns SUMS, reach (people so far)."""
    zone = launch.plan.timezone
    frame = _with_local(_hours(db, launch, hours), zone)
    days = frame.groupby("day", sort=True)[list(events.HOURLY)].sum() if len(frame) else frame.set_index("day")
    days = days.reindex(_days(launch, db, days.index), fill_value=0)[list(events.HOURLY)]
    people = events.reach(db, launch.id)
    people = people[people["scope"] == "all"].assign(day=lambda f: [_day(h, zone) for h in f["hour"]])
    running = people.groupby("day")["people"].max().reindex(days.index).cummax().ffill().fillna(0)
    return _money(days, launch.currency).assign(reach=running.astype("int64")).rename_axis("day").reset_index()


def by_placement(db: Database, launch: Launch, hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a placement of the plan, in its order: placement, the columns SUMS, reach."""
    frame = _grouped(db, launch, "placement", launch.plan.placements, hours)
    people = events.reach(db, launch.id).groupby("scope")["people"].max()
    return frame.assign(reach=[int(people.get(name, 0)) for name in frame["placement"]])


def by_ad(db: Database, launch: Launch, hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row an ad of the plan, in its order: ad, the columns SUMS."""
    return _grouped(db, launch, "ad", [creative.name for creative in launch.plan.creatives], hours)


def by_hour_of_day(db: Database, launch: Launch, hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """24 rows: hour (0-23), the columns SUMS, unanswered (of the chats that began in that hour, those that left
    without an answer), first_reply_minutes (median of those that began then; NaN without any)."""
    zone = launch.plan.timezone
    frame = _with_local(_hours(db, launch, hours), zone)
    sums = frame.groupby("hour_of_day")[list(events.HOURLY)].sum().reindex(range(24), fill_value=0)
    waits = events.waits_minutes(db, launch.id)
    medians = waits.groupby([events.local(h, zone).hour for h in waits["hour"]])["minutes"].median()
    lost = pd.Series([events.local(h, zone).hour for h in _unanswered(db, launch.id)], dtype="int64").value_counts()
    return (
        _money(sums.astype("int64"), launch.currency)
        .assign(
            unanswered=lost.reindex(range(24), fill_value=0).to_numpy(),
            first_reply_minutes=medians.reindex(range(24)).to_numpy(dtype="float64"),
        )
        .rename_axis("hour")
        .reset_index()
    )


def pace(db: Database, launch: Launch, hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row an hour of the plan and its end: hour (since the Unix epoch, at the start of which the sums hold), at
    (local moment), planned_minor (the budget spread evenly over each day or over the run), spent_minor (None where
    nobody has been yet)."""
    plan = launch.plan
    seen = min(synced_until(db, launch.id)[0], launch.hours)
    spent = np.zeros(launch.hours + 1, np.int64)
    frame = _hours(db, launch, hours)
    for hour, micro in zip(frame["hour"], frame["spend_micro"], strict=True):
        spent[min(int(hour) - launch.starts_hour, launch.hours - 1) + 1] += int(micro)
    running = [micro_to_minor(int(micro), launch.currency) for micro in spent.cumsum()]
    flight = range(launch.starts_hour, launch.starts_hour + launch.hours + 1)
    return pd.DataFrame(
        {
            "hour": list(flight),
            "at": [events.local(hour, plan.timezone) for hour in flight],
            "planned_minor": _planned(db, launch),
            "spent_minor": pd.array([m if i <= seen else None for i, m in enumerate(running)], dtype="Int64"),
        }
    )


def against_forecast(db: Database, launch: Launch, metric: str, hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a day of the plan: day (date), the frozen forecast's p05 .. p95 of the running total at the day's end,
    actual (the running total so far; None for days not seen to their end). Counts, or minor units for spend and
    revenue. Empty without a forecast."""
    forecast = forecast_of(launch)
    if forecast is None or metric not in forecast["daily"]:
        return pd.DataFrame(columns=["day", *LEVELS, "actual"])
    levels = np.array(forecast["daily"][metric], dtype="float64")
    column = {"spend": "spend_minor", "revenue": "revenue_minor"}.get(metric, metric)
    if column.endswith("_minor"):
        levels = levels * minor_per_unit(launch.currency) / MICRO
    days = by_day(db, launch, hours).set_index("day")[column]
    running = days if metric == "reach" else days.cumsum()
    flight = [launch.plan.first_day + timedelta(days=n) for n in range(len(levels))]
    done = set(flight[: _days_done(db, launch)])
    actual = [int(running.get(day, 0)) if day in done else None for day in flight]
    return pd.DataFrame(
        {"day": flight, **dict(zip(LEVELS, levels.T, strict=True)), "actual": pd.array(actual, dtype="Int64")}
    )


def running_total(db: Database, launch: Launch, metric: str, hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row an hour seen so far: at (local moment of the hour's end), total (running, a count or minor units)."""
    column = FORECAST_OF.get(metric, metric)
    seen = min(synced_until(db, launch.id)[0], launch.hours)
    sums = _hours(db, launch, hours).groupby("hour")[column].sum()
    flight = range(launch.starts_hour, launch.starts_hour + seen)
    total = sums.reindex(flight, fill_value=0).cumsum()
    values = [micro_to_minor(int(v), launch.currency) for v in total] if column == "spend_micro" else list(total)
    return pd.DataFrame({"at": [events.local(hour + 1, launch.plan.timezone) for hour in flight], "total": values})


@dataclass(frozen=True, slots=True)
class Score:
    """A forecast against what happened. Money in micro-units; `inside` tells whether it fell into the 80 % band."""

    metric: str
    low: float
    middle: float
    high: float
    actual: float

    @property
    def inside(self) -> bool:
        """Whole numbers at the ends of a narrow band belong to it."""
        return floor(self.low) <= self.actual <= ceil(self.high)


# not spend: the budget rule holds it, no forecast has to
SCORED = ("impressions", "clicks", "conversations", "replied", "orders", "delivered", "revenue", "profit")


def score(db: Database, launch: Launch) -> tuple[Score, ...]:
    """The frozen forecast against the whole campaign, tail included; empty before all of it is known."""
    forecast = forecast_of(launch)
    if forecast is None or not synced_until(db, launch.id)[1]:
        return ()
    found = parts(db, launch)
    bands = {name: dict(zip((*LEVELS, "mean"), band, strict=True)) for name, band in forecast["bands"].items()}
    return tuple(
        Score(name, bands[name]["p10"], bands[name]["p50"], bands[name]["p90"], float(found[name] or 0))
        for name in SCORED
        if name in bands
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign in a list. `trend` holds conversations by day, from the first day to what has been seen."""

    launch: Launch
    parts: dict[str, Any]
    trend: tuple[int, ...]


def overview(db: Database, shop_id: str | None = None, *, archived: bool = False) -> tuple[Row, ...]:
    """Every campaign with its sums and a small trend, newest first."""
    return tuple(
        Row(launch, parts(db, launch), tuple(int(n) for n in by_day(db, launch)["conversations"]))
        for launch in list_launches(db, shop_id, archived=archived)
    )


def _hours(db: Database, launch: Launch, hours: pd.DataFrame | None) -> pd.DataFrame:
    return events.hourly(db, launch.id) if hours is None else hours


def _with_local(frame: pd.DataFrame, zone: str) -> pd.DataFrame:
    moments = {hour: events.local(int(hour), zone) for hour in frame["hour"].unique()}
    return frame.assign(
        day=[moments[h].date() for h in frame["hour"]], hour_of_day=[moments[h].hour for h in frame["hour"]]
    )


def _day(hour: int, zone: str) -> date:
    return events.local(hour, zone).date()


def _days(launch: Launch, db: Database, happened: Sequence[date]) -> list[date]:
    """From the plan's first day to the last day seen or anything happened on."""
    seen = synced_until(db, launch.id)[0]
    zone, first = launch.plan.timezone, launch.plan.first_day
    last = _day(launch.starts_hour + min(seen, launch.hours) - 1, zone) if seen else first - timedelta(days=1)
    last = max([last, *happened])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _days_done(db: Database, launch: Launch) -> int:
    """Days of the plan seen to their end."""
    seen = synced_until(db, launch.id)[0]
    if seen >= launch.hours:
        return launch.plan.days
    at: datetime = events.local(launch.starts_hour + seen, launch.plan.timezone)
    return max(0, (at.date() - launch.plan.first_day).days)


def _grouped(
    db: Database, launch: Launch, column: str, names: Sequence[str], hours: pd.DataFrame | None
) -> pd.DataFrame:
    sums = _hours(db, launch, hours).groupby(column)[list(events.HOURLY)].sum()
    frame = _money(sums.reindex(list(names), fill_value=0).astype("int64"), launch.currency)
    return frame.rename_axis(column).reset_index()


def _money(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Spend in minor units, rounded on the running total."""
    spend = cumulative_minor([int(micro) for micro in frame["spend_micro"]], currency)
    return frame.assign(spend_minor=np.array(spend, np.int64))[list(SUMS)]


def _unanswered(db: Database, launch_id: int) -> list[int]:
    rows = db.execute(
        "SELECT unixepoch(started_utc) / 3600 FROM conversation "
        "WHERE launch_id = ? AND replied_utc IS NULL AND left_utc IS NOT NULL",
        [launch_id],
    ).fetchall()
    return [row[0] for row in rows]


def _planned(db: Database, launch: Launch) -> list[int]:
    """Budget up to the start of each hour: a daily one evenly over each day, a lifetime one evenly over the run."""
    plan = launch.plan
    changes = {e.hour: int(e.value) for e in edits.edits_of(db, launch.id) if e.kind == "budget"}
    amount, planned, total = plan.budget.amount_minor, [0], 0.0
    length = _day_lengths(launch)
    for hour in range(launch.hours):
        amount = changes.get(hour, amount)
        if plan.budget.kind == "daily":
            total += amount / max(24, length[hour])  # a day that is only partly in the plan gets its part
        else:
            total += (amount - total) / (launch.hours - hour)
        planned.append(round(total))
    return planned


def _day_lengths(launch: Launch) -> list[int]:
    """For each hour of the plan, how many hours of its local day lie in the plan."""
    days = [_day(launch.starts_hour + h, launch.plan.timezone) for h in range(launch.hours)]
    counts = pd.Series(days).value_counts()
    return [int(counts[day]) for day in days]
