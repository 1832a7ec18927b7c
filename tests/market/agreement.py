"""The exact engine against the fast one on a grid of scenarios, paired: both see the same days' price levels."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy import stats

from lib.market import fast
from lib.market.columns import TOTALS
from lib.market.keys import VALIDATION
from lib.market.layout import lay_out
from lib.market.scenario import Audience, Bid, Budget, Creative, Edit, Scenario
from tests.market.support import desk, exact_totals, load_assumptions, reference, small_audience

METRICS = ("impressions", "reach", "spend", "clicks", "all_clicks", "conversations", "replied", "orders", "delivered")
MEANS_WITHIN = 0.02
MEANS_ERRORS = 4.0
QUANTILES_REJECT = 0.001


class Agreement(NamedTuple):
    scenario: str
    metric: str
    exact: float
    fast: float
    errors: float  # difference of means in standard errors: normal ones of the same probability as Student's
    distribution: float  # p of a two-sample Kolmogorov-Smirnov test

    @property
    def means_agree(self) -> bool:
        return abs(self.exact - self.fast) <= MEANS_WITHIN * abs(self.fast) or abs(self.errors) <= MEANS_ERRORS


def grid() -> Iterator[tuple[str, Scenario]]:
    """Thirty-four scenarios: countries, budgets, caps, audiences small enough to saturate, desks short and ample."""
    for country in ("EG", "MA", "SA", "AE", "IN", "ID", "BR", "MX", "US", "GB"):
        yield f"country {country}", reference(4, audience=Audience((country,)))
    for budget in (2, 8, 80):
        yield f"budget {budget}", reference(3, budget=Budget("daily", budget * 1_000_000))
    for people in (2_000, 6_000, 20_000, 60_000):
        yield f"people {people}", reference(4, overrides=small_audience(people))
    yield "saturated", reference(4, budget=Budget("daily", 150_000_000), overrides=small_audience(10_000))
    yield "lifetime", reference(4, budget=Budget("lifetime", 80_000_000))
    for cap in (120_000, 300_000, 900_000):
        yield f"bid cap {cap}", reference(4, bid=Bid("bid_cap", cap))
    yield "cost cap", reference(5, bid=Bid("cost_cap", 200_000))
    yield "small capped", reference(4, bid=Bid("bid_cap", 200_000), overrides=small_audience(15_000))
    ample, short = desk(12, 4, opens=0, closes=24), desk(1, 1)
    yield "ample desk", reference(4, desk=ample)
    yield "short desk", reference(4, desk=short)
    yield "nobody", reference(4, desk=desk(0))
    yield "bot", reference(4, desk=desk(1, 2, bot_share=0.6))
    yield "crowded", reference(4, desk=desk(2, 6), overrides=(("crowding_factor", 0.6),))
    yield "two ads", reference(4, creatives=(Creative("one"), Creative("two", 1.6)), overrides=small_audience(20_000))
    yield "two countries", reference(4, audience=Audience(("EG", "MA")))
    yield "older women", reference(4, audience=Audience(("EG",), 45, 65, ("female",)), overrides=small_audience(90_000))
    yield "one placement", reference(4, placements=("instagram_reels",))
    edits = (Edit(30, "budget", Budget("daily", 60_000_000)), Edit(50, "pause"), Edit(62, "resume"))
    yield "edited", replace(reference(4), edits=edits)


def agreement(name: str, scenario: Scenario, runs: int) -> list[Agreement]:
    layout = lay_out(scenario, load_assumptions())
    ours, theirs = [], []
    for seed in range(1000, 1000 + runs):
        theirs.append(exact_totals(scenario, seed=seed))
        _, totals = fast.simulate(layout, seed=seed, replicates=1, domain=VALIDATION, drawn=False, per_world=1)
        ours.append(dict(zip(TOTALS, totals[:, 0], strict=True)))
    rows = []
    for metric in METRICS:
        exact_values = np.array([t.get(metric, 0) for t in theirs], float)
        fast_values = np.array([t[metric] for t in ours], float)
        difference = exact_values - fast_values
        error = difference.std(ddof=1) / np.sqrt(runs)
        rows.append(
            Agreement(
                name,
                metric,
                exact_values.mean(),
                fast_values.mean(),
                _normal_errors(difference.mean() / error, runs) if error else 0.0,
                _same_law(metric, exact_values, fast_values),
            )
        )
    return rows


def _normal_errors(t: float, runs: int) -> float:
    """With few runs the standard error is itself uncertain: Student's t, put on the scale of the normal law."""
    return float(np.sign(t) * stats.norm.isf(stats.t.sf(abs(t), runs - 1)))


def _same_law(metric: str, one: np.ndarray, other: np.ndarray) -> float:
    """p of a Kolmogorov-Smirnov test. Spend piles up at its limit, which the exact engine may pass by the last auction
    won; so it is compared in thousandths."""
    if metric == "spend":
        grain = max(1.0, other.mean() / 1000)
        one, other = np.round(one / grain), np.round(other / grain)
    return float(stats.ks_2samp(one, other).pvalue)
