"""Which assumptions move an answer, what would flip it, and how long until the data tells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.market.fast import PER_WORLD
from lib.market.keys import FORECAST
from lib.market.world import drawn_parameters
from lib.whatif.case import Case
from lib.whatif.compare import series
from lib.whatif.runs import Run, run_of

Floats = NDArray[np.float64]

BINS = 12
RESAMPLED = 40
SHOWN = 8
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Driver:
    """`share` of the answer's variance that knowing this assumption alone would take away, with its standard error.

    `flips_at` is the value at which the mean answer changes sign, None where none in the assumed range does.
    """

    id: str
    share: float
    error: float
    value: float
    low: float
    high: float
    flips_at: float | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Of the difference in profit (or the profit itself for the baseline). `better`: share of runs above zero.

    `days_until_told`: after so many days the campaign's own numbers tell in 9 of 10 cases whether its profit ends above
    zero; None if the run is too short for that. `days` is its length.
    """

    drivers: tuple[Driver, ...]
    better: float
    days_until_told: int | None
    days: int
    runs: int


def sensitivity(case: Case, index: int, count: int) -> Sensitivity:
    """From runs that are done already. The resampling is keyed by the case's seed."""
    run, base = run_of(case, case.levers(index)), run_of(case, case.base)
    answer = series(run, "profit", count)
    if index:
        answer = answer - series(base, "profit", count)
    worlds = count // PER_WORLD
    means = answer[: worlds * PER_WORLD].reshape(worlds, PER_WORLD).mean(axis=1)
    ids, rows, draws = _draws(run, worlds)
    orders = [np.argsort(values, kind="stable") for values in draws]
    shares = np.array([explained(means[order]) for order in orders])
    first = np.argsort(-shares, kind="stable")[:SHOWN]
    found = [_driver(ids[i], rows[i], draws[i], means, case.seed + int(i)) for i in first]
    return Sensitivity(
        drivers=tuple(driver for driver in found if driver.share > 2 * driver.error),
        better=float(np.mean(answer > 0)),
        days_until_told=_days_until_told(run, count),
        days=run.layout.days,
        runs=count,
    )


def _draws(run: Run, worlds: int) -> tuple[list[str], Floats, Floats]:
    """Ids, rows and drawn values of the assumptions that have a range."""
    layout = run.layout
    moving = np.flatnonzero((layout.rows[:, 0] != 0) & (layout.rows[:, 2] != layout.rows[:, 3]))
    draws = np.zeros((moving.size, worlds))
    drawn_parameters(layout.rows[moving], layout.streams[moving], np.uint64(run.seed), FORECAST, draws)
    return [layout.parameter_ids[i] for i in moving], layout.rows[moving], draws


def _driver(name: str, row: Floats, draws: Floats, answer: Floats, seed: int) -> Driver:
    order = np.argsort(draws, kind="stable")
    x, y = draws[order], answer[order]
    share = explained(y)
    luck = np.random.default_rng(seed)
    again = [explained(y[np.sort(luck.integers(0, y.size, y.size))]) for _ in range(RESAMPLED)]
    value, low, high = (float(number) for number in row[1:4])
    return Driver(name, share, float(np.std(again)), value, low, high, _flip(x, y))


def explained(ordered: Floats) -> float:
    """First-order share of the variance, from answers ordered by the assumption: bin means, corrected for chance."""
    if ordered.size < 4 * BINS or ordered.std() == 0:
        return 0.0
    parts = np.array_split(ordered, BINS)
    sizes = np.array([part.size for part in parts])
    means = np.array([part.mean() for part in parts])
    whole = ordered.var()
    between = float((sizes * (means - ordered.mean()) ** 2).sum() / ordered.size)
    inside = float((sizes * np.array([part.var() for part in parts])).sum() / (ordered.size - BINS))
    return max(0.0, float((between - inside * (BINS - 1) / ordered.size) / whole))


def _flip(x: Floats, y: Floats) -> float | None:
    """Where a line through the means of the bins crosses zero inside the drawn range."""
    xs = np.array([part.mean() for part in np.array_split(x, BINS)])
    ys = np.array([part.mean() for part in np.array_split(y, BINS)])
    slope, start = np.polyfit(xs, ys, 1)
    if slope == 0:
        return None
    at = -start / slope
    return float(at) if x[0] <= at <= x[-1] else None


def _days_until_told(run: Run, count: int) -> int | None:
    """Learned on half of the runs, tried on the other half: chats, orders and money so far against the end."""
    end = run.total("profit", count) > 0
    learn = np.arange(count) // PER_WORLD % 2 == 0
    if min(end.mean(), 1 - end.mean()) < 0.02:
        return 1  # there is hardly anything left to learn
    profit = run.total("profit", count)
    chats, orders, spend = (run.running(name, count) for name in ("conversations", "orders", "spend"))
    for day in range(run.layout.days):
        known = np.stack([np.ones(count), chats[day], orders[day], spend[day] / 1e6], axis=1)
        weights, *_ = np.linalg.lstsq(known[learn], profit[learn], rcond=None)
        right = (known[~learn] @ weights > 0) == end[~learn]
        if right.mean() >= SURE:
            return day + 1
    return None
