"""What a set of levers brings, alone and against the baseline, run by run with the same luck."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.market.columns import DAILY
from lib.whatif.case import Case
from lib.whatif.runs import Run, run_of

Floats = NDArray[np.float64]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
COUNTS = ("impressions", "clicks", "conversations", "replied", "orders", "delivered")
MONEY = ("spend", "revenue", "profit")
METRICS = (*COUNTS, *MONEY, "cost_per_order", "first_reply_minutes")
COSTS = ("spend", "goods", "delivery_cost", "message_fees", "wages", "profit")


@dataclass(frozen=True, slots=True)
class Spread:
    """Between p05 and p95 lie nine runs of ten. Money in micro-units."""

    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    mean: float


@dataclass(frozen=True, slots=True)
class Difference(Spread):
    """Variant minus baseline, each run against the run with the same luck. `better`: share of runs above zero."""

    better: float


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One set of levers: its own numbers, its difference to the baseline (none for the baseline itself)."""

    index: int
    values: dict[str, Spread]
    against: dict[str, Difference]
    shares: dict[str, float]  # mean micro-units of the money that orders bring in, by where it goes
    unanswered: float  # mean share of the chats
    count: int


def spread(values: Floats) -> Spread:
    known = values[~np.isnan(values)]
    if known.size == 0:
        return Spread(*[float("nan")] * 6)
    return Spread(*(float(q) for q in np.quantile(known, LEVELS)), mean=float(known.mean()))


def series(run: Run, name: str, count: int) -> Floats:
    """One number a run. A cost of an order is not known where there is none (NaN)."""
    if name == "cost_per_order":
        orders = run.total("orders", count)
        paid = run.total("spend", count)
        return np.where(orders > 0, paid / np.maximum(orders, 1), np.nan)
    if name == "first_reply_minutes":
        replied = run.total("replied", count)
        return np.where(replied > 0, run.total("first_reply_seconds", count) / 60, np.nan)
    return run.total(name, count)


def difference(values: Floats, base: Floats) -> Difference:
    gap = values - base
    known = gap[~np.isnan(gap)]
    one = spread(gap)
    better = float(np.mean(known > 0)) if known.size else float("nan")
    return Difference(one.p05, one.p25, one.p50, one.p75, one.p95, one.mean, better)


def answer(case: Case, index: int, count: int) -> Answer:
    """From runs that are done already: `grow` first."""
    run, base = run_of(case, case.levers(index)), run_of(case, case.base)
    mine = {name: series(run, name, count) for name in METRICS}
    against = {}
    if index > 0:
        against = {name: difference(mine[name], series(base, name, count)) for name in METRICS}
    chats, replied = mine["conversations"].mean(), mine["replied"].mean()
    return Answer(
        index=index,
        values={name: spread(values) for name, values in mine.items()},
        against=against,
        shares=_where_money_goes(run, count),
        unanswered=float(1 - replied / chats) if chats > 0 else 0.0,
        count=count,
    )


def _where_money_goes(run: Run, count: int) -> dict[str, float]:
    """What comes in, split without a rest: revenue = goods + delivery + message fees + wages + spend + profit."""
    means = {
        name: float(run.total(name, count).mean())
        for name in ("spend", "delivery_cost", "message_fees", "wages", "profit", "revenue", "margin")
    }
    means["goods"] = means["revenue"] - means["margin"]
    return {name: means[name] for name in COSTS}


def fan(run: Run, metric: str, count: int) -> Floats:
    """[day, LEVELS] of the running total at the end of each day."""
    if metric not in DAILY:
        raise KeyError(metric)
    return np.quantile(run.running(metric, count), LEVELS, axis=1).T


def grow_all(case: Case, upto: int, *, seconds: float = float("inf"), first: Iterable[int] = ()) -> int:
    """Drives the runs of baseline and variants on, those named first; how many all of them have.

    Every set of levers gets at least one round, so that there is an answer at all.
    """
    order = [*first, *(i for i in range(case.count) if i not in set(first))]
    runs = [run_of(case, case.levers(i)) for i in order]
    waiting = [run for run in dict.fromkeys(runs) if run.done < upto]
    for n, run in enumerate(waiting):
        run.grow(upto, seconds=seconds / max(len(waiting) - n, 1))
    return min(run.done for run in runs)
