"""People: fatigue by their own exposures, concave reach, honest frequency, overlap of two ads."""

import numpy as np
import pytest

from lib.market import exact, fast
from lib.market import params as p
from lib.market.columns import TOTALS
from lib.market.layout import lay_out
from lib.market.people import people_cells
from lib.market.scenario import Budget, Creative
from lib.market.world import exposure_at, poisson_fatigue
from tests.market.support import load_assumptions, reference, small_audience
from tests.market.test_auction import middle_world


@pytest.mark.parametrize(
    ("frequency", "factor"), [(1, 1.0), (2, 0.871), (3, 0.789), (4, 0.729), (5, 0.683), (6, 0.647), (9, 0.568)]
)
def test_mean_fatigue_follows_the_published_line(frequency: int, factor: float) -> None:
    v = middle_world(reference(2))
    powers = v[p.POWERS : p.POWERS + frequency]
    assert powers.mean() == pytest.approx(factor, abs=0.0006)


def test_fatigue_of_poisson_exposures_is_the_expectation_it_stands_for() -> None:
    v = middle_world(reference(2))
    for mean in (0.01, 0.5, 3.0, 20.0, 29.0, 31.0, 200.0):
        counts = np.random.default_rng(4).poisson(mean, 400_000)
        drawn = (counts + 1.0) ** -0.43
        error = drawn.std() / np.sqrt(drawn.size)
        assert abs(poisson_fatigue(v, mean) - drawn.mean()) < 5 * error + 2e-4


def test_reach_and_fatigue_tables_agree_with_the_sum_over_people() -> None:
    v = middle_world(reference(2, overrides=small_audience(50_000)))
    cells, _ = people_cells(v)
    exposure_at(v, 60.0)
    mass = np.diff(cells[:, 0], prepend=0.0)
    segments = int(v[p.SEGMENT_AT]) + p.SEGMENT_WIDTH * cells[:, 3].astype(int)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(cells[:, 2] > 0, mass / cells[:, 2], 0.0) * v[segments + p.G_SEEN] * cells[:, 2].sum()
    for each in (0.003, 0.1, 1.0, 4.0, 40.0):
        reached = (cells[:, 2] * (1 - np.exp(-rate * each))).sum() / cells[:, 2].sum()
        fatigue, ours = exposure_at(v, each)
        assert ours == pytest.approx(reached, rel=3e-3)
        weights = cells[:, 2] * rate * v[segments + p.G_CLICK]
        mean = sum(w * poisson_fatigue(v, r * each) for w, r in zip(weights, rate, strict=True)) / weights.sum()
        assert fatigue == pytest.approx(mean, rel=3e-3)


def test_audiences_hold_whole_people_who_add_up() -> None:
    v = middle_world(reference(2, overrides=small_audience(12_345)))
    cells, guide = people_cells(v)
    assert cells[:, 2].sum() == round(v[p.PEOPLE])
    assert np.all(cells[1:, 1] == cells[:-1, 1] + cells[:-1, 2])
    assert cells[-1, 0] == pytest.approx(1.0)
    assert np.all(np.diff(guide) >= 0)


def test_reach_is_concave_and_never_passes_the_audience() -> None:
    reached, shown = [], []
    for budget in (5, 10, 20, 40, 80, 160):
        plan = reference(5, budget=Budget("daily", budget * 1_000_000), overrides=small_audience(20_000))
        _, totals = fast.simulate(lay_out(plan, load_assumptions()), seed=2, replicates=40, drawn=False)
        named = dict(zip(TOTALS, totals, strict=True))
        reached.append(named["reach"].mean())
        shown.append(named["impressions"].mean())
        assert (named["reach"] <= np.minimum(20_000, named["impressions"])).all()
    slopes = np.diff(reached) / np.diff(shown)
    assert np.all(np.diff(slopes) < 0)
    assert np.all(slopes > 0)


def test_exact_reach_meets_the_analytic_expectation() -> None:
    plan = reference(5, overrides=small_audience(30_000))
    v = middle_world(plan)
    state = exact.start(plan, load_assumptions(), seed=3, domain="validation", drawn=False)
    shown = 0
    for hour in exact.steps(state, 120):
        shown += sum(cell.impressions for cell in hour.cells)
    expected = exposure_at(v, shown / v[p.PEOPLE])[1] * v[p.PEOPLE]
    assert hour.reach_total == pytest.approx(expected, rel=0.01)


def test_placements_and_ads_share_people() -> None:
    """Reach of the parts adds up to more than the whole; two ads tire the audience less than one shown as often."""
    plan = reference(4, overrides=small_audience(15_000))
    state = exact.start(plan, load_assumptions(), seed=4, drawn=False)
    *_, last = exact.steps(state, 96)
    parts = last.reach_by_placement
    assert max(parts.values()) < last.reach_total < sum(parts.values())

    def clicks(*names: str) -> float:
        ads = reference(
            6, creatives=tuple(Creative(n) for n in names), overrides=(*small_audience(8_000), ("creative_log_sd", 0.0))
        )
        _, totals = fast.simulate(lay_out(ads, load_assumptions()), seed=4, replicates=200, drawn=False)
        return float(totals[TOTALS.index("clicks")].mean())

    assert clicks("one", "two") > 1.1 * clicks("one")
