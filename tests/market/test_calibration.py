"""The 90 % bands of forecasts hold nine outcomes in ten."""

import numpy as np
import pytest
from scipy import stats

from tests.market.calibration import METRICS, Transform, held, transforms

CAMPAIGNS = 300
REJECT = 0.001


@pytest.fixture(scope="module")
def found() -> list[Transform]:
    return transforms(CAMPAIGNS, 200, by_exact=False)


def test_bands_hold_as_often_as_they_say(found: list[Transform]) -> None:
    shares = held(found)
    corrected = REJECT / (len(shares) + len(METRICS))
    for name, share in shares.items():
        count = CAMPAIGNS if "all" in name else CAMPAIGNS // 3
        p = stats.binomtest(round(share * count), count, 0.90).pvalue
        assert p >= corrected, f"{name}: {share:.3f} inside the 90 % band, p = {p:.2g}"


def test_outcomes_are_spread_evenly_over_the_forecast(found: list[Transform]) -> None:
    values = np.array([t.values for t in found])
    for m, metric in enumerate(METRICS):
        p = stats.kstest(values[:, m], "uniform").pvalue
        assert p >= REJECT / (4 * len(METRICS) + len(METRICS)), f"{metric}: p = {p:.2g}"
