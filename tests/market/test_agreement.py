"""Exact and fast tell the same story."""

import pytest

from tests.market.agreement import METRICS, QUANTILES_REJECT, agreement, grid

SCENARIOS = dict(grid())


@pytest.mark.parametrize("name", SCENARIOS)
def test_exact_and_fast_agree(name: str) -> None:
    rows = agreement(name, SCENARIOS[name], runs=8)
    assert [row for row in rows if not row.means_agree] == []
    corrected = QUANTILES_REJECT / (len(METRICS) * len(SCENARIOS))
    assert [row for row in rows if row.distribution < corrected] == []


def test_the_grid_is_as_large_as_promised() -> None:
    assert len(SCENARIOS) >= 30
