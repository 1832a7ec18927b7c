"""The pool: an ad set is shown to part of a large audience, and to the same people again."""

import numpy as np
import pytest

from lib.market import exact, fast
from lib.market import params as p
from lib.market.columns import TOTALS
from lib.market.layout import lay_out
from lib.market.people import people_cells
from lib.market.scenario import Audience
from tests.market.support import load_assumptions, reference, small_audience
from tests.market.test_auction import middle_world

REAL_FREQUENCIES = (1.06, 1.96)  # of whole flights


def pool(people: float) -> tuple[tuple[str, float], ...]:
    return (("delivery_pool_people", people),)


@pytest.mark.parametrize("days", [7, 14, 30])
def test_the_reference_plan_is_seen_as_often_as_real_campaigns_are(days: int) -> None:
    _, totals = fast.simulate(lay_out(reference(days), load_assumptions()), seed=5, replicates=80)
    frequency = np.median(totals[TOTALS.index("impressions")] / totals[TOTALS.index("reach")])
    assert REAL_FREQUENCIES[0] < frequency < REAL_FREQUENCIES[1]


def test_a_pool_is_the_audience_in_small() -> None:
    """Same shares of countries, ages and genders; whole people who add up to the pool."""
    plan = reference(2, audience=Audience(("EG", "SA"), 21, 54))
    large, small = middle_world(plan), middle_world(reference(2, audience=plan.audience, overrides=pool(7_000)))
    assert small[p.PEOPLE] == 7_000
    first, count = int(small[p.SEGMENT_AT]), int(small[p.SEGMENTS])
    people = np.array([first + p.SEGMENT_WIDTH * i + p.G_PEOPLE for i in range(count)])
    assert small[people] / 7_000 == pytest.approx(large[people] / large[p.PEOPLE])
    assert people_cells(small)[0][:, 2].sum() == 7_000


def test_an_audience_below_the_pool_is_reached_whole() -> None:
    v = middle_world(reference(2, overrides=small_audience(9_000)))
    assert v[p.PEOPLE] == pytest.approx(9_000)
    same = middle_world(reference(2, overrides=(*small_audience(9_000), *pool(9_001))))
    assert same[p.PEOPLE] == v[p.PEOPLE]


def test_neither_engine_reaches_more_than_the_pool() -> None:
    plan = reference(4, overrides=pool(6_000))
    _, totals = fast.simulate(lay_out(plan, load_assumptions()), seed=6, replicates=20, drawn=False)
    reach = totals[TOTALS.index("reach")]
    assert reach.max() <= 6_000
    *_, last = exact.steps(exact.start(plan, load_assumptions(), seed=6, drawn=False), 96)
    assert last.reach_total <= 6_000
    assert last.reach_total == pytest.approx(reach.mean(), rel=0.02)


def test_a_smaller_pool_tires_sooner() -> None:
    clicks = []
    for people in (5_000, 50_000, 500_000):
        layout = lay_out(reference(5, overrides=pool(people)), load_assumptions())
        _, totals = fast.simulate(layout, seed=7, replicates=40, drawn=False)
        clicks.append(totals[TOTALS.index("clicks")].mean())
    assert clicks[0] < clicks[1] < clicks[2]
