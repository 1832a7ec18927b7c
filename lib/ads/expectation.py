"""The forecast everybody sees of a plan: the page, the launch that freezes it, and the command line."""

from functools import lru_cache

from lib.market import fast
from lib.market.fast import Forecast
from lib.market.scenario import Scenario
from lib.store.assumptions import load_assumptions

SEED = 20_261
REPLICATES = 400


@lru_cache(maxsize=64)
def expect(scenario: Scenario) -> Forecast:
    """The same scenario gives the same numbers wherever it is asked; computed once a process."""
    return fast.forecast(scenario, load_assumptions(), seed=SEED, replicates=REPLICATES)
