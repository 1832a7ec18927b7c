"""What a day of advertising costs at least, at worst, and to begin with."""

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from lib.market.assumptions import Assumptions, UnknownAssumption
from lib.money import minor_per_unit

# meta-ctwa reference 1.6: about one dollar a day charged for impressions in these, half of it elsewhere. A real
# account is asked for its own minimum before anything is created.
_FULL_MINIMUM: Final = frozenset("USD AUD CAD SGD JPY NZD TWD EUR CHF SEK HKD GBP ILS NOK KRW DKK".split())
BID_TIMES: Final = 5  # a daily budget must hold this many bids
_WEALTHY_USD: Final = 20
_USUAL_USD: Final = 5
# a single day may go 75 % over (25 % by older pages; reliability reference 3.5 says to count on the higher), while a
# calendar week stays within seven daily budgets
DAY_AT_WORST: Final = Decimal("1.75")


def minimum_daily_minor(currency: str, assumptions: Assumptions) -> int:
    """Smallest daily budget in minor units. Raises lib.money.UnknownCurrency."""
    dollars = Decimal(1) if currency in _FULL_MINIMUM else Decimal("0.5")
    return _ceil(dollars * _units_per_usd(currency, assumptions) * minor_per_unit(currency))


def usual_daily_minor(currency: str, assumptions: Assumptions) -> int:
    """A sensible first daily budget: about 20 dollars where advertising is dear, 5 elsewhere, a round number."""
    dollars = _WEALTHY_USD if currency in _FULL_MINIMUM else _USUAL_USD
    units = _round_number(dollars * _units_per_usd(currency, assumptions))
    return max(units * minor_per_unit(currency), minimum_daily_minor(currency, assumptions))


def worst_case_minor(daily_minor: int, first_day: date, last_day: date) -> int:
    """What a daily budget can cost over these days by the platform's overspend rule (weeks begin on Sunday)."""
    total = Decimal(0)
    day = first_day
    while day <= last_day:
        saturday = day + timedelta(days=(5 - day.weekday()) % 7)
        days = (min(saturday, last_day) - day).days + 1
        total += min(days * DAY_AT_WORST, Decimal(7)) * daily_minor
        day = saturday + timedelta(days=1)
    return _ceil(total)


def _units_per_usd(currency: str, assumptions: Assumptions) -> Decimal:
    try:
        return Decimal(str(assumptions.value(f"units_per_usd.{currency}")))
    except UnknownAssumption:
        return Decimal(1)


def _round_number(units: Decimal) -> int:
    """The nearest of 1, 2, 2.5 or 5 times a power of ten, at least 1."""
    power = max(units.adjusted(), 0)
    steps = [int(Decimal(step).scaleb(power)) for step in ("1", "1.5", "2", "2.5", "3", "4", "5", "7.5", "10")]
    return max(1, min(steps, key=lambda step: abs(step - units)))


def _ceil(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_CEILING))
