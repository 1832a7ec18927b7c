"""Our own elementary functions against scipy, and the Poisson quantile against the exact one."""

import numpy as np
import pytest
from scipy import special, stats

from lib.market.numerics import exp_, log_, normal_cdf, normal_quantile, poisson_quantile


def _each(function, values):
    return np.array([function(float(v)) for v in values])


def _off_by(ours, theirs):
    return np.max(np.abs(ours - theirs) / np.spacing(np.abs(theirs)))


def test_exp_and_log_are_within_two_units_in_the_last_place() -> None:
    x = np.random.default_rng(1).uniform(-300, 300, 5000)
    assert _off_by(_each(exp_, x), np.exp(x)) <= 2
    y = np.concatenate([np.exp(x), np.random.default_rng(2).uniform(0.5, 2, 5000)])
    assert _off_by(_each(log_, y), np.log(y)) <= 2


def test_the_normal_law_is_as_accurate_as_stated() -> None:
    z = np.linspace(-9, 9, 4001)
    assert np.max(np.abs(_each(normal_cdf, z) - special.ndtr(z))) < 1e-15
    u = np.concatenate([np.random.default_rng(1).uniform(size=4000), [1e-12, 1e-6, 1 - 1e-9]])
    assert np.max(np.abs(_each(normal_quantile, u) / special.ndtri(u) - 1)) < 1e-13


@pytest.mark.parametrize("mean", [0.05, 1.4, 9.99, 10.0, 12.5, 40.0, 360.0, 1e5])
def test_poisson_counts_follow_the_exact_quantile(mean: float) -> None:
    u = (np.arange(20_000) + 0.5) / 20_000
    ours = np.array([poisson_quantile(float(x), mean) for x in u])
    assert np.mean(ours != stats.poisson.ppf(u, mean)) < 1e-3
    assert np.all(np.diff(ours) >= 0)


def test_poisson_counts_grow_with_the_mean() -> None:
    means = np.linspace(0.01, 60, 3000)
    for u in (0.001, 0.3, 0.5, 0.77, 0.999):
        counts = np.array([poisson_quantile(u, float(m)) for m in means])
        crossings = np.diff(counts)
        assert np.all(crossings >= 0)
