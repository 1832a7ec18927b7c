"""The forecast everybody sees of a plan: the page, the launch that freezes it, and the command line."""

import math
from functools import lru_cache

from lib.market import fast
from lib.market.assumptions import Assumptions, UnknownAssumption
from lib.market.fast import Forecast
from lib.market.scenario import Scenario
from lib.money import MICRO
from lib.store.assumptions import load_assumptions

SEED = 20_261
# Each simulated run works through its chats one by one, so a large plan gets fewer runs in the same time; its bands are
# narrower to begin with. Dollars for the whole run -> runs.
REPLICATES = ((400, 400), (2_000, 200), (math.inf, 100))


@lru_cache(maxsize=128)
def expect(scenario: Scenario) -> Forecast:
    """The same scenario gives the same numbers wherever it is asked; computed once a process."""
    assumptions = load_assumptions()
    return fast.forecast(scenario, assumptions, seed=SEED, replicates=_replicates(scenario, assumptions))


def _replicates(scenario: Scenario, assumptions: Assumptions) -> int:
    try:
        per_usd = assumptions.value(f"units_per_usd.{scenario.currency}")
    except UnknownAssumption:
        per_usd = 1.0
    days = scenario.calendar.days if scenario.budget.kind == "daily" else 1
    dollars = scenario.budget.amount_micro * days / MICRO / per_usd
    return next(n for limit, n in REPLICATES if dollars <= limit)
