"""What must follow from a change, in the mean over paired replicates."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lib.market import fast
from lib.market.columns import TOTALS
from lib.market.layout import lay_out
from lib.market.scenario import Audience, Bid, Budget, Creative, Desk, Scenario
from tests.market.support import THREE_PLACEMENTS, desk, load_assumptions, reference, small_audience

REPLICATES = 1000
ERRORS = 3.0


def totals(scenario: Scenario, **options: object) -> dict[str, np.ndarray]:
    layout = lay_out(scenario, load_assumptions())
    _, values = fast.simulate(layout, seed=77, replicates=REPLICATES, **options)  # type: ignore[arg-type]
    return dict(zip(TOTALS, values, strict=True))


def falls_short(more: np.ndarray, less: np.ndarray) -> float:
    """By how many standard errors `more` lies below `less`, pair by pair."""
    difference = more.astype(float) - less
    error = difference.std(ddof=1) / np.sqrt(difference.size)
    return -difference.mean() / error if error else 0.0


def test_twice_the_budget_at_a_fixed_bid_brings_twice_the_conversations() -> None:
    """The cap lies far below what the budget could buy from the audience: price and people stay the same."""
    plan = reference(
        6, bid=Bid("bid_cap", 300_000), overrides=(("bid_shading_floor", 1.0), ("learning_cost_factor", 1.0))
    )
    once, twice = totals(plan), totals(replace(plan, budget=Budget("daily", 40_000_000)))
    spends = once["spend"] > 0.9 * 6 * 20_000_000
    assert spends.mean() > 0.5
    unsaturated = spends & (twice["spend"] > 0.9 * 6 * 40_000_000)
    ratio = twice["conversations"][unsaturated].mean() / once["conversations"][unsaturated].mean()
    assert ratio == pytest.approx(2.0, rel=0.05)


def test_a_larger_audience_does_not_lower_reach() -> None:
    sizes = [totals(reference(5, overrides=small_audience(n))) for n in (5_000, 20_000, 200_000)]
    for smaller, larger in itertools.pairwise(sizes):
        assert falls_short(larger["reach"], smaller["reach"]) < ERRORS


def test_faster_replies_do_not_lower_orders() -> None:
    desks = [desk(1, 1), desk(1, 3), desk(2, 3), desk(6, 3), desk(6, 3, opens=0, closes=24)]
    runs = [totals(reference(5, desk=d)) for d in desks]
    for slower, faster in itertools.pairwise(runs):
        assert falls_short(faster["orders"], slower["orders"]) < ERRORS


def test_currency_changes_nothing_but_units() -> None:
    rate = load_assumptions().value("units_per_usd.EGP")
    dollars = reference(5)
    pounds = replace(
        dollars,
        currency="EGP",
        budget=Budget("daily", round(20_000_000 * rate)),
        offer=replace(dollars.offer, price_micro=round(15_000_000 * rate), delivery_fee_micro=round(1_300_000 * rate)),
    )
    here, there = totals(dollars), totals(pounds)
    for name in ("impressions", "conversations", "orders", "delivered"):
        assert there[name].mean() == pytest.approx(here[name].mean(), rel=1e-3)
    for name in ("spend", "revenue", "wages", "message_fees"):
        assert there[name].mean() / rate == pytest.approx(here[name].mean(), rel=2e-3)


def test_order_of_placements_ads_and_countries_changes_nothing() -> None:
    plan = reference(3, audience=Audience(("EG", "MA")), creatives=(Creative("a"), Creative("b")))
    turned = replace(
        plan,
        placements=THREE_PLACEMENTS[::-1],
        audience=Audience(("MA", "EG"), genders=("male", "female")),
        creatives=(Creative("b"), Creative("a")),
    )
    here, there = totals(plan), totals(turned)
    assert all(np.array_equal(here[name], there[name]) for name in TOTALS)


def test_sums_are_exact_in_every_replicate() -> None:
    t = totals(reference(5, desk=desk(1, 2, bot_share=0.2)))
    assert (t["clicks"] <= t["impressions"]).all()
    assert (t["conversations"] - t["unclicked"] <= t["clicks"]).all()
    assert np.array_equal(t["conversations"], t["replied"] + t["left_unanswered"])
    assert np.array_equal(t["conversations"], t["orders"] + t["silent"] + t["undecided"] + t["lost_waiting"])
    assert np.array_equal(t["orders"], t["delivered"] + t["refused"] + t["returned"])
    costs = t["delivery_cost"] + t["message_fees"] + t["wages"] + t["spend"]
    assert np.array_equal(t["profit"], t["margin"] - costs)
    assert (t["all_clicks"] >= t["clicks"]).all()


@pytest.mark.parametrize("bid", [Bid(), Bid("bid_cap", 250_000), Bid("cost_cap", 200_000)], ids=lambda b: b.kind)
def test_budgets_are_never_passed(bid: Bid) -> None:
    day = 20_000_000
    layout = lay_out(reference(16, bid=bid), load_assumptions())
    daily, _ = fast.simulate(layout, seed=3, replicates=300)
    spend = daily[7]
    assert spend.max() <= 1.25 * day
    assert spend.max() > 1.1 * day
    # the flight starts on a Sunday, on which budget weeks start
    weeks = [spend[a:b].sum(axis=0) for a, b in ((0, 7), (7, 14), (14, 16))]
    assert all(week.max() <= days * day for week, days in zip(weeks, (7, 7, 2), strict=True))
    lifetime = reference(6, bid=bid, budget=Budget("lifetime", 90_000_000))
    _, whole = fast.simulate(lay_out(lifetime, load_assumptions()), seed=3, replicates=300)
    assert whole[TOTALS.index("spend")].max() <= 90_000_000


def test_nothing_at_all_comes_of_no_budget() -> None:
    none = totals(reference(2, budget=Budget("daily", 0), desk=Desk((0,) * 168, 1)))
    assert all((none[name] == 0).all() for name in TOTALS if name != "learning_hours")
