"""How much luck two scenarios share: variance of their difference against that with luck of their own."""

from dataclasses import replace

import numpy as np

from lib.market import fast
from lib.market.columns import TOTALS
from lib.market.layout import lay_out
from lib.market.scenario import Bid, Scenario
from tests.market.support import desk, load_assumptions, reference


def gain(before: Scenario, after: Scenario, metric: str, replicates: int) -> float:
    """In the middle world, so that only chance is shared: how many times lower the variance of the difference is."""
    column = TOTALS.index(metric)

    def values(scenario: Scenario, seed: int) -> np.ndarray:
        layout = lay_out(scenario, load_assumptions())
        _, totals = fast.simulate(layout, seed=seed, replicates=replicates, drawn=False, per_world=1)
        return totals[column].astype(float)

    first = values(before, 1)
    return float((values(after, 2) - first).var(ddof=1) / (values(after, 1) - first).var(ddof=1))


def dearer_bid(replicates: int, metric: str = "conversations") -> float:
    """+5 % on a bid cap under budget pacing."""
    plan = reference(30, bid=Bid("bid_cap", 300_000))
    return gain(plan, replace(plan, bid=Bid("bid_cap", 315_000)), metric, replicates)


def another_agent(replicates: int, metric: str = "orders") -> float:
    plan = reference(30)
    return gain(plan, replace(plan, desk=desk(3)), metric, replicates)
