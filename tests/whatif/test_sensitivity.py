import numpy as np

from lib.whatif import compare, limits
from lib.whatif.curve import Curve, curve
from lib.whatif.sensitivity import explained, sensitivity


def test_explained_share_of_a_known_sum():
    luck = np.random.default_rng(1)
    x, noise = luck.normal(size=4000), luck.normal(size=4000)
    answer = (2 * x + noise)[np.argsort(x)]
    assert 0.72 < explained(answer) < 0.84  # 4 / 5, a little lost inside the bins
    assert explained(noise) < 0.01


def test_what_moves_profit_is_named_with_its_error(case):
    compare.grow_all(case, 400)
    told = sensitivity(case, 0, 400)
    assert told.drivers
    assert all(0 < driver.error < driver.share < 1 for driver in told.drivers)
    assert all(driver.low <= driver.flips_at <= driver.high for driver in told.drivers if driver.flips_at is not None)
    assert told.days_until_told is None or 1 <= told.days_until_told <= told.days


def test_an_evening_without_people_is_the_limit(case):
    day_shift = tuple(3 if hour % 24 in range(6, 18) else 0 for hour in range(168))
    closed = case.model_copy(update={"agents": day_shift})
    closed = closed.with_levers(0, case.base.but(bot_share=0.0))
    compare.grow_all(closed, 60)
    found = limits.bottleneck(closed, compare.answer(closed, 0, 60))
    assert (found.code, found.part) == ("inbox_closed", "evening")
    served = case.with_levers(0, case.base.but(bot_share=1.0))
    compare.grow_all(served, 60)
    assert not limits.bottleneck(served, compare.answer(served, 0, 60)).code.startswith("inbox")


def test_the_curve_stops_at_its_highest_mean_and_stands_still_while_the_budget_moves(case):
    here = curve(case, 1)
    means = [point.profit.mean for point in here.points]
    assert means[here.stop] == max(means)
    moved = case.with_levers(1, case.base.but(budget_minor=case.base.budget_minor * 3))
    assert curve(moved, 1) == here
    assert isinstance(here, Curve)
