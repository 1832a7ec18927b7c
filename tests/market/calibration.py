"""Do the bands hold? Forecasts of campaigns that then happen in worlds drawn independently from the same ranges.

Randomised probability integral transform: where the outcome falls among the replicates, ties broken at random. With
bands that hold, these numbers are uniform.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lib.market import fast
from lib.market.columns import TOTALS
from lib.market.keys import FORECAST, VALIDATION
from lib.market.layout import lay_out
from lib.market.scenario import Audience, Budget, Scenario
from tests.market.support import calendar, desk, exact_totals, load_assumptions, reference

METRICS = ("impressions", "clicks", "conversations", "orders")
SEED = 20_261_122  # fixed before looking
COUNTRIES = ("EG", "MA", "SA", "AE", "IN", "ID", "BR", "MX", "US", "GB")


class Transform(NamedTuple):
    budget: float
    values: np.ndarray  # by metric


def campaign(number: int) -> Scenario:
    """A plan nobody chose: country, budget, length, month, desk and placements drawn."""
    rng = np.random.default_rng([SEED, number])
    days = int(rng.integers(3, 11))
    budget = float(np.exp(rng.uniform(np.log(3.0), np.log(60.0))))
    placements = ("facebook_feed", "instagram_feed", "facebook_story", "instagram_story", "facebook_reels")
    chosen = tuple(name for name in placements if rng.random() < 0.5) or placements[:1]
    plan = reference(
        days,
        audience=Audience((str(rng.choice(COUNTRIES)),)),
        budget=Budget("daily", int(budget * 1e6)),
        placements=chosen,
        desk=desk(int(rng.integers(1, 5)), int(rng.integers(1, 5))),
    )
    month, weekday = int(rng.integers(1, 13)), int(rng.integers(0, 7))
    return replace(plan, calendar=calendar(days, first_weekday=weekday, month=month))


def transforms(campaigns: int, replicates: int, *, by_exact: bool) -> list[Transform]:
    """The outcome comes from the exact engine, or from the fast one (another domain either way)."""
    found = []
    columns = [TOTALS.index(metric) for metric in METRICS]
    for number in range(campaigns):
        plan = campaign(number)
        layout = lay_out(plan, load_assumptions())
        _, totals = fast.simulate(layout, seed=SEED + number, replicates=replicates, domain=FORECAST, per_world=1)
        if by_exact:
            truth = exact_totals(plan, seed=SEED + number, drawn=True)
            outcome = np.array([truth.get(metric, 0) for metric in METRICS])
        else:
            _, happened = fast.simulate(layout, seed=SEED + number, replicates=1, domain=VALIDATION)
            outcome = happened[columns, 0]
        ours = totals[columns]
        below = (ours < outcome[:, None]).sum(axis=1)
        ties = (ours == outcome[:, None]).sum(axis=1)
        luck = np.random.default_rng([SEED, number, 1]).random(len(METRICS))
        found.append(Transform(plan.budget.amount_micro, (below + luck * (ties + 1)) / (replicates + 1)))
    return found


def held(found: list[Transform], band: float = 0.90) -> dict[str, float]:
    """Share of outcomes inside the band, by metric and budget third."""
    found = sorted(found, key=lambda t: t.budget)
    thirds = np.array_split(np.arange(len(found)), 3)
    groups = {"all": np.arange(len(found)), "low": thirds[0], "middle": thirds[1], "high": thirds[2]}
    values = np.array([t.values for t in found])
    inside = np.abs(values - 0.5) <= band / 2
    return {
        f"{metric}, {name} budgets": float(inside[rows, m].mean())
        for m, metric in enumerate(METRICS)
        for name, rows in groups.items()
    }
