"""Auctions: the closed lognormal form, published win rates, and prices that are prices paid."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from lib.market import fast
from lib.market import params as p
from lib.market.columns import TOTALS
from lib.market.events import price_of, win_shares
from lib.market.layout import lay_out
from lib.market.scenario import Audience, Bid, Budget
from lib.market.world import DRAWN, MIDDLE, auction_at, auction_between, draw_world
from tests.market.support import exact_totals, load_assumptions, reference

COUNTRIES = ("EG", "MA", "SA", "AE", "IN", "ID", "BR", "MX", "US", "GB")


def middle_world(scenario, mode: int = MIDDLE, number: int = 0) -> np.ndarray:
    layout = lay_out(scenario, load_assumptions())
    v = layout.blank.copy()
    draw_world(layout.rows, layout.streams, layout.hours, layout.stages[0], np.uint64(1), 3, number, mode, v)
    return v


def one_segment_world(sd: float) -> np.ndarray:
    """An audience without slopes of age and gender: the plain lognormal rival."""
    flat = (("ctr_per_age_decade", 1.0), ("cpm_per_age_decade", 1.0), ("ctr_female_to_male", 1.0), ("rival_log_sd", sd))
    return middle_world(reference(2, overrides=flat))


@pytest.mark.parametrize(("bid", "published"), [(40, 0.357), (80, 0.787), (150, 0.915)])
def test_win_rates_are_near_those_of_the_ipinyou_sample(bid: float, published: float) -> None:
    """Rivals with log-mean 3.87 and log-sd 0.87; the sample itself is lumpy."""
    ours = auction_at(one_segment_world(0.87), math.log(bid) - 3.87)[0]
    assert ours == pytest.approx(stats.lognorm(0.87, scale=math.exp(3.87)).cdf(bid), abs=1e-12)
    assert ours == pytest.approx(published, abs=0.07)


@pytest.mark.parametrize("x", [-2.0, -0.6, 0.0, 0.9, 2.5])
def test_the_price_paid_is_the_mean_rival_below_the_bid(x: float) -> None:
    v = one_segment_world(0.87)
    won, paid, squared, _ = auction_at(v, x)
    rival = stats.lognorm(0.87)
    first = integrate.quad(lambda r: r * rival.pdf(r), 0, math.exp(x))[0]
    second = integrate.quad(lambda r: r * r * rival.pdf(r), 0, math.exp(x))[0]
    assert (won, paid, squared) == pytest.approx((rival.cdf(math.exp(x)), first, second), rel=1e-6)


def test_the_table_of_auctions_agrees_with_the_closed_form() -> None:
    v = middle_world(reference(2, audience=Audience(("EG", "US"))))
    for x in np.linspace(-3.4, 3.6, 91):
        assert auction_between(v, float(x)) == pytest.approx(auction_at(v, float(x)), rel=2e-3, abs=1e-6)


def test_a_drawn_win_never_costs_more_than_the_bid_that_won_it() -> None:
    v = middle_world(reference(2))
    wins = np.zeros(int(v[p.SEGMENTS]))
    assert win_shares(v, v[p.X_USUAL], wins) == wins.max()
    for segment, win in enumerate(wins):
        at = int(v[p.SEGMENT_AT]) + p.SEGMENT_WIDTH * segment
        rival = v[p.RIVAL_MEDIAN] * v[at + p.G_PRICE]
        bid = rival * math.exp(v[p.X_USUAL] + v[at + p.G_SHIFT])
        dearest = price_of(win * (1 - 1e-12), segment, 0, v, 1.0)
        assert 0 < price_of(1e-9, segment, 0, v, 1.0) < dearest <= bid + 1


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_reference_plan_pays_its_countrys_base_price(country: str) -> None:
    """Feed, everybody of 18 and over, objective sales, no cap, a year's mean month, past the learning phase."""
    settled = (("learning_cost_factor", 1.0), ("learning_noise_factor", 1.0), ("cpm_month_factor[10]", 1.0))
    plan = reference(
        30,
        audience=Audience((country,)),
        placements=("facebook_feed",),
        objective="sales",
        budget=Budget("daily", 50_000_000),
        overrides=settled,
    )
    _, totals = fast.simulate(lay_out(plan, load_assumptions()), seed=5, replicates=150, drawn=False, per_world=1)
    named = dict(zip(TOTALS, totals, strict=True))
    paid = named["spend"].sum() / named["impressions"].sum() / 1000
    base = load_assumptions().value("base_cpm_usd", country=country)
    assert paid == pytest.approx(base, rel=0.05)


def test_every_drawn_world_is_calibrated_too() -> None:
    for number in range(20):
        v = middle_world(reference(2, placements=("facebook_feed",), objective="sales"), DRAWN, number)
        won, paid, _, _ = auction_at(v, v[p.X_USUAL])
        assert v[p.RIVAL_MEDIAN] * paid / won == pytest.approx(v[p.COUNTRY + p.COUNTRY_CPM] * 1000, rel=1e-9)


def test_exact_auctions_win_and_pay_as_the_closed_form_says() -> None:
    plan = reference(4, bid=Bid("bid_cap", 400_000))
    got = [exact_totals(plan, seed=s) for s in range(6)]
    _, totals = fast.simulate(lay_out(plan, load_assumptions()), seed=1, replicates=400, drawn=False, per_world=1)
    named = dict(zip(TOTALS, totals, strict=True))
    ours = sum(g["spend"] for g in got) / sum(g["impressions"] for g in got)
    assert ours == pytest.approx(named["spend"].sum() / named["impressions"].sum(), rel=0.12)
