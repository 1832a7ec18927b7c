from datetime import date

import pytest

from lib.ads.budgets import minimum_daily_minor, usual_daily_minor, worst_case_minor
from lib.money import CURRENCIES, UnknownCurrency, minor_per_unit
from lib.store.assumptions import load_assumptions


def test_minimums_are_a_dollar_or_half_in_the_currencys_own_minor_units():
    beliefs = load_assumptions()
    assert minimum_daily_minor("USD", beliefs) == 100
    assert minimum_daily_minor("AED", beliefs) == 184
    # yen have no hundredths on the platform: a hundred times too much would be a real loss
    assert 100 < minimum_daily_minor("JPY", beliefs) < 250
    with pytest.raises(UnknownCurrency):
        minimum_daily_minor("KWD", beliefs)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_the_usual_budget_is_round_and_above_the_minimum(currency):
    beliefs = load_assumptions()
    usual = usual_daily_minor(currency, beliefs)
    assert usual >= minimum_daily_minor(currency, beliefs)
    assert usual % minor_per_unit(currency) == 0
    assert len(str(usual).rstrip("0")) <= 2


@pytest.mark.parametrize(
    ("first", "last", "daily_budgets"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 1.75),  # one Monday
        (date(2026, 11, 22), date(2026, 11, 28), 7),  # Sunday to Saturday: a week never passes seven
        (date(2026, 11, 25), date(2026, 12, 1), 7 + 5.25),  # Wednesday to Tuesday: four days, then three
        (date(2026, 11, 22), date(2026, 12, 5), 14),
    ],
)
def test_the_worst_case_follows_the_overspend_rule_of_days_and_weeks(first, last, daily_budgets):
    assert worst_case_minor(10_000, first, last) == 10_000 * daily_budgets
