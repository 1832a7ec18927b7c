"""Forecasts: many replicates of a scenario, hour by hour, each in a world drawn from the assumptions."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lib.market import columns
from lib.market.assumptions import Assumptions
from lib.market.keys import FORECAST
from lib.market.layout import Layout, lay_out
from lib.market.replicates import run_replicates
from lib.market.scenario import Scenario
from lib.market.version import ENGINE_VERSION
from lib.market.world import DRAWN, MIDDLE, drawn_parameters, rank_shares

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PER_WORLD = 2  # replicates that share a world: their covariance is the part of the variance that worlds explain
CHUNK = 20
DRIVERS = 12
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
RATIOS = ("cost_per_conversation", "first_reply_minutes", "frequency")
BAND_METRICS = (*columns.DAILY, *RATIOS)


@dataclass(frozen=True, slots=True)
class Band:
    p05: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    p95: float
    mean: float


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """A distribution over replicates. Money is in micro-units of the scenario's currency.

    daily[metric][day] holds p05, p10, p25, p50, p75, p90, p95 of the running total at the end of the local day,
    daily_step those of the day alone (reach has people reached so far in both). totals[name] holds every column of
    lib.market.columns.TOTALS, one entry a replicate. world_share is the part of a metric's variance that comes from not
    knowing the world, the rest is chance. drivers names the assumptions that move profit most, with the share of its
    variance (in ranks) each explains.
    """

    bands: dict[str, Band]
    daily: dict[str, Floats]
    daily_step: dict[str, Floats]
    totals: dict[str, Ints]
    world_share: dict[str, float]
    drivers: tuple[tuple[str, float], ...]
    replicates: int
    seed: int
    engine_version: str = field(default="")

    def to_json(self) -> str:
        """Everything but the replicates' own totals."""
        return json.dumps(
            {
                "bands": {name: [getattr(band, part) for part in Band.__slots__] for name, band in self.bands.items()},
                "daily": {name: values.tolist() for name, values in self.daily.items()},
                "daily_step": {name: values.tolist() for name, values in self.daily_step.items()},
                "world_share": self.world_share,
                "drivers": self.drivers,
                "replicates": self.replicates,
                "seed": self.seed,
                "engine_version": self.engine_version,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Forecast":
        """The forecast without its replicates' totals."""
        data = json.loads(text)
        return cls(
            bands={name: Band(*values) for name, values in data["bands"].items()},
            daily={name: np.array(values) for name, values in data["daily"].items()},
            daily_step={name: np.array(values) for name, values in data["daily_step"].items()},
            totals={},
            world_share=data["world_share"],
            drivers=tuple((key, share) for key, share in data["drivers"]),
            replicates=data["replicates"],
            seed=data["seed"],
            engine_version=data["engine_version"],
        )


def forecast(scenario: Scenario, assumptions: Assumptions, *, seed: int, replicates: int = 1000) -> Forecast:
    """Raises BadScenario, BadAssumption, UnknownAssumption."""
    layout = lay_out(scenario, assumptions)
    daily, totals = simulate(layout, seed=seed, replicates=replicates)
    return summarise(layout, daily, totals, seed=seed)


def simulate(
    layout: Layout,
    *,
    seed: int,
    replicates: int,
    domain: int = FORECAST,
    drawn: bool = True,
    per_world: int = PER_WORLD,
    threads: int | None = None,
    chunk: int = CHUNK,
) -> tuple[Ints, Ints]:
    """daily[metric, day, replicate] and totals[metric, replicate], the same bits for any threads and chunk."""
    daily = np.zeros((len(columns.DAILY), layout.days, replicates), np.int64)
    totals = np.zeros((len(columns.TOTALS), replicates), np.int64)
    mode = DRAWN if drawn else MIDDLE

    def run(first: int) -> None:
        count = min(chunk, replicates - first)
        run_replicates(*layout[:10], np.uint64(seed), domain, first, count, mode, per_world, daily, totals)

    firsts = range(0, replicates, chunk)
    if threads == 1 or len(firsts) == 1:
        for first in firsts:
            run(first)
    else:
        list(_pool().map(run, firsts))
    return daily, totals


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="market")


def summarise(layout: Layout, daily: Ints, totals: Ints, *, seed: int) -> Forecast:
    named = dict(zip(columns.TOTALS, totals, strict=True))
    series = {name: named[name].astype(np.float64) for name in columns.DAILY}
    series["first_reply_minutes"] = named["first_reply_seconds"] / 60.0
    series["cost_per_conversation"] = _ratio(named["spend"], named["conversations"])
    series["frequency"] = _ratio(named["impressions"], named["reach"])
    return Forecast(
        bands={name: _band(series[name]) for name in BAND_METRICS},
        daily={name: _quantiles(_running(name, daily[i])) for i, name in enumerate(columns.DAILY)},
        daily_step={name: _quantiles(daily[i]) for i, name in enumerate(columns.DAILY)},
        totals=named,
        world_share={name: _world_share(series[name]) for name in BAND_METRICS},
        drivers=_drivers(layout, series["profit"], seed),
        replicates=totals.shape[1],
        seed=seed,
        engine_version=ENGINE_VERSION,
    )


def _running(name: str, by_day: Ints) -> Ints:
    """Totals at the end of each day; reach is one already."""
    return by_day if name == "reach" else by_day.cumsum(axis=0)


def _ratio(top: Ints, bottom: Ints) -> Floats:
    return np.where(bottom > 0, top / np.maximum(bottom, 1), np.nan)


def _quantiles(values: Ints) -> Floats:
    """The LEVELS along the last axis, between order statistics in proportion."""
    ordered = np.sort(values, axis=-1)
    place = np.array(LEVELS) * (ordered.shape[-1] - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, ordered.shape[-1] - 1)
    part = place - below
    return ordered[..., below] * (1.0 - part) + ordered[..., above] * part


def _band(values: Floats) -> Band:
    known = values[~np.isnan(values)]
    if known.size == 0:
        return Band(*[float("nan")] * 8)
    return Band(*(float(q) for q in _quantiles(known)), mean=float(known.sum() / known.size))


def _world_share(values: Floats) -> float:
    """Part of the variance that replicates of one world have in common (one-way analysis of variance)."""
    pairs = values[: values.size // PER_WORLD * PER_WORLD].reshape(-1, PER_WORLD)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    if len(pairs) < 2:
        return float("nan")
    inside = pairs.var(axis=1, ddof=1).mean()
    between = pairs.mean(axis=1).var(ddof=1) - inside / PER_WORLD
    whole = inside + max(between, 0.0)
    return float(max(between, 0.0) / whole) if whole > 0 else 0.0


def _drivers(layout: Layout, values: Floats, seed: int) -> tuple[tuple[str, float], ...]:
    """Squared rank correlation of each drawn assumption with the worlds' mean profit, largest first."""
    worlds = values.size // PER_WORLD
    moving = np.flatnonzero((layout.rows[:, 0] != 0) & (layout.rows[:, 2] != layout.rows[:, 3]))
    if worlds < 10 or moving.size == 0:
        return ()
    draws = np.zeros((moving.size, worlds))
    drawn_parameters(layout.rows[moving], layout.streams[moving], np.uint64(seed), FORECAST, draws)
    means = values[: worlds * PER_WORLD].reshape(worlds, PER_WORLD).sum(axis=1)
    shares = np.zeros(moving.size)
    rank_shares(draws.argsort(axis=1).argsort(axis=1), means.argsort(kind="stable").argsort(), shares)
    order = np.argsort(-shares, kind="stable")[:DRIVERS]
    return tuple((layout.parameter_ids[moving[i]], float(shares[i])) for i in order)
