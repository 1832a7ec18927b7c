"""Simulated runs of a case's levers: grown as far as wanted, kept while they are asked for, paired by their luck.

Run r of two sets of levers meets the same world and the same luck, so their difference shows what the levers do.
"""

import os
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lib.market import columns, fast
from lib.market.assumptions import UNIT_BOUNDS, Assumption, Assumptions
from lib.market.keys import FORECAST
from lib.market.layout import Layout, lay_out
from lib.market.replicates import run_replicates
from lib.market.scenario import Scenario
from lib.market.world import DRAWN
from lib.money import MICRO
from lib.store.assumptions import load_assumptions
from lib.whatif.case import Case, Levers, calendar_of, desk_hours, scenario_of

Ints = NDArray[np.int64]
CHUNK = 20
KEPT = 24
FACTORS = {
    "ad_price": "base_cpm_usd",
    "buyers": "order_rate",
    "patience": "patience_minutes_median",
    "handling": "handle_minutes_mean",
}


@dataclass(eq=False)
class Run:
    """daily[metric, day, run] and totals[metric, run] of lib.market.columns, the first `done` runs filled.

    Wages of agent-hours that the levers add to the baseline's desk, or take from it, are counted in full, whatever
    share of ordinary shifts the campaign bears; profit follows.
    """

    layout: Layout
    seed: int
    extra_by_day: Ints  # wages in full of what the desk has more than the baseline's, beyond what the engine booked
    done: int = 0
    daily: Ints = field(default_factory=lambda: np.zeros((0, 0, 0), np.int64))
    totals: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def grow(self, upto: int, *, seconds: float = float("inf")) -> int:
        """Runs on until `upto` are done or the time is up, at least one round; how many are done now."""
        end = time.perf_counter() + seconds
        with self.lock:
            self._make_room(upto)
            while self.done < upto:
                workers = os.cpu_count() or 1
                count = min(CHUNK * workers, upto - self.done)
                firsts = range(self.done, self.done + count, CHUNK)
                list(_pool().map(lambda first, last=self.done + count: self._run(first, last), firsts))
                self.done += count
                if time.perf_counter() > end:
                    break
            return self.done

    def _make_room(self, upto: int) -> None:
        room = self.totals.shape[1]
        if upto <= room:
            return
        daily = np.zeros((len(columns.DAILY), self.layout.days, upto), np.int64)
        totals = np.zeros((len(columns.TOTALS), upto), np.int64)
        if room:
            daily[:, :, :room], totals[:, :room] = self.daily, self.totals
        self.daily, self.totals = daily, totals

    def _run(self, first: int, last: int) -> None:
        count = min(CHUNK, last - first)
        run_replicates(*self.layout[:10], np.uint64(self.seed), FORECAST, first, count, DRAWN, fast.PER_WORLD,
                       self.daily, self.totals)  # fmt: skip
        mine = slice(first, first + count)
        self.totals[columns.WAGES, mine] += self.extra_by_day.sum()
        self.totals[columns.PROFIT, mine] -= self.extra_by_day.sum()
        self.daily[columns.D_PROFIT, :, mine] -= self.extra_by_day[:, None]

    def total(self, name: str, count: int) -> NDArray[np.float64]:
        return self.totals[columns.TOTALS.index(name), :count].astype(np.float64)

    def running(self, name: str, count: int) -> NDArray[np.float64]:
        """[day, run]: the total up to the end of each day; reach is a running total already."""
        rows = self.daily[columns.DAILY.index(name), :, :count]
        return (rows if name == "reach" else rows.cumsum(axis=0)).astype(np.float64)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="what-if")


_runs: OrderedDict[tuple[object, ...], Run] = OrderedDict()
_runs_lock = threading.Lock()


def run_of(case: Case, levers: Levers, *, keep: bool = True) -> Run:
    """The run of these levers, as far as it was driven. Raises BadScenario, UnknownAssumption, BadAssumption."""
    scenario = scenario_of(case, levers)
    factors = tuple(getattr(levers, name) for name in FACTORS)
    key = (scenario, factors, desk_hours(case.agents, case.base), case.seed)
    with _runs_lock:
        if found := _runs.get(key):
            _runs.move_to_end(key)
            return found
    run = _prepare(case, levers, scenario)
    if not keep:
        return run
    with _runs_lock:
        run = _runs.setdefault(key, run)
        while len(_runs) > KEPT:
            _runs.popitem(last=False)
    return run


def _prepare(case: Case, levers: Levers, scenario: Scenario) -> Run:
    assumptions = believed(levers)
    return Run(lay_out(scenario, assumptions), case.seed, _extra_wages(case, levers, assumptions))


def believed(levers: Levers) -> Assumptions:
    """The assumptions with the levers' factors: whole ranges move, so the uncertainty about them stays."""
    return _scaled(tuple((FACTORS[name], getattr(levers, name)) for name in FACTORS if getattr(levers, name) != 1.0))


@cache
def _scaled(factors: tuple[tuple[str, float], ...]) -> Assumptions:
    # not drawn here: hours added to the desk are paid in full beside this share, and the two must meet
    share = "desk_share_of_wages"
    known = load_assumptions().override(share, load_assumptions().value(share))
    if not factors:
        return known
    by_key = dict(factors)
    return Assumptions.of(_times(row, by_key[row.key]) if row.key in by_key else row for row in known.rows)


def _times(row: Assumption, factor: float) -> Assumption:
    least, most = UNIT_BOUNDS[row.unit]
    most = min(most, 0.999) if row.distribution == "logitnormal" else most
    value, low, high = (min(max(number * factor, least), most) for number in (row.value, row.low, row.high))
    return replace(row, value=value, low=low, high=high)


def wage_micro(case: Case, levers: Levers) -> float:
    """One agent-hour in micro-units of the case's currency, in the country the engine takes for home."""
    known = believed(levers).with_overrides(levers.overrides)
    home = max(levers.countries, key=lambda c: (known.value("audience_people", country=c), c))
    usd = known.value("wage_usd_hour", country=home)
    return usd * known.value(f"units_per_usd.{case.currency}") * MICRO


def agent_hours(case: Case, levers: Levers) -> NDArray[np.float64]:
    """Agent-hours by day of the run."""
    return _by_day(case, levers, desk_hours(case.agents, levers))


def _by_day(case: Case, levers: Levers, week: tuple[int, ...]) -> NDArray[np.float64]:
    calendar = calendar_of(case, levers)
    hours = np.array(week)[24 * np.array(calendar.weekday) + np.array(calendar.hour_of_day)]
    return np.bincount(np.array(calendar.day), weights=hours, minlength=calendar.days)


def _extra_wages(case: Case, levers: Levers, assumptions: Assumptions) -> Ints:
    known = assumptions.with_overrides(levers.overrides)
    own = known.value("desk_share_of_wages")
    added = agent_hours(case, levers) - _by_day(case, levers, desk_hours(case.agents, case.base))
    return np.rint(added * wage_micro(case, levers) * (1.0 - own)).astype(np.int64)
