"""Profit and cost of a chat over the budget, and where one more unit of money no longer pays."""

import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lib.whatif.case import Case, Variant
from lib.whatif.compare import Spread, series, spread
from lib.whatif.runs import run_of

TIMES = (0.25, 0.5, 1.0, 1.5, 2.25, 3.5, 5.0, 8.0)
RUNS = 100


@dataclass(frozen=True, slots=True)
class Point:
    budget_minor: int
    spend: Spread
    profit: Spread
    orders: Spread
    cost_per_order: Spread


@dataclass(frozen=True, slots=True)
class Curve:
    """`stop` is the place in `points` with the highest mean profit: money beyond it does not come back."""

    points: tuple[Point, ...]
    stop: int

    @property
    def pays_throughout(self) -> bool:
        return self.stop == len(self.points) - 1

    @property
    def never_pays(self) -> bool:
        return self.stop == 0


def budgets(case: Case) -> tuple[int, ...]:
    """Anchored at the baseline's, so that the curve stands still while the budget moves along it."""
    return tuple(dict.fromkeys(max(1, round(case.base.budget_minor * times)) for times in TIMES))


@lru_cache(maxsize=128)
def _point(case: Case, budget_minor: int) -> Point:
    run = run_of(case, case.levers(1).but(budget_minor=budget_minor), keep=False)
    run.grow(RUNS)
    named = {name: spread(series(run, name, RUNS)) for name in ("spend", "profit", "orders", "cost_per_order")}
    return Point(budget_minor, **named)


def _still(case: Case, index: int) -> Case:
    """The case as the curve sees it: without the names and the budget moved along it, which do not change it."""
    levers = case.levers(index).but(budget_minor=case.base.budget_minor)
    return case.model_copy(update={"name": "curve", "variants": (Variant(name="curve", levers=levers),)})


def points_known(case: Case, index: int, seconds: float) -> bool:
    """Computes points until the time is up; whether all of the curve is known now."""
    end, alone = time.perf_counter() + seconds, _still(case, index)
    for amount in budgets(case):
        if time.perf_counter() > end:
            return False
        _point(alone, amount)
    return True


def curve(case: Case, index: int) -> Curve:
    alone = _still(case, index)
    points = tuple(_point(alone, amount) for amount in budgets(case))
    return Curve(points, int(np.argmax([p.profit.mean for p in points])))
