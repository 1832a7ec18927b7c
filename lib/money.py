"""Amounts of money as integers, with the advertising platform's own minor units.

Minor units follow Meta's currency table, which is not ISO 4217: twelve currencies count in whole units,
and three-decimal currencies of ISO count in hundredths there.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from babel import Locale
from babel.numbers import format_compact_currency, format_currency

MICRO = 1_000_000

_WHOLE = frozenset("CLP COP CRC HUF ISK IDR JPY KRW PYG TWD VND".split())
_HUNDREDTHS = frozenset(
    "AED ARS AUD BDT BHD BOB BRL CAD CHF CNY CZK DKK DZD EGP EUR GBP GTQ HKD HNL ILS INR JOD KES LKR MAD MOP MXN "
    "MYR NGN NIO NOK NZD PEN PHP PKR PLN QAR RON SAR SEK SGD THB TRY UAH USD UYU VES ZAR".split()
)
CURRENCIES = tuple(sorted(_WHOLE | _HUNDREDTHS))


class UnknownCurrency(ValueError):
    """The currency's minor unit on the platform is not known, so no amount in it can be trusted."""


class BadAmount(ValueError):
    """The text is not an amount of money."""


def minor_per_unit(currency: str) -> int:
    """How many minor units make one unit of the currency: 1 or 100. Raises UnknownCurrency."""
    if currency in _WHOLE:
        return 1
    if currency in _HUNDREDTHS:
        return 100
    raise UnknownCurrency(currency)


_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,3})?")


def parse_amount(text: str, currency: str) -> int:
    """Minor units of a plain decimal such as "199.90" (any script's digits). Raises BadAmount, UnknownCurrency.

    No separators, signs or exponents: whoever reads a file normalises those knowingly.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("٫", ".")
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() and unicodedata.digit(c, -1) >= 0 else c for c in plain)
    if not _AMOUNT.fullmatch(plain):
        raise BadAmount(text)
    minor = Decimal(plain) * minor_per_unit(currency)
    whole = minor.to_integral_value()
    if whole != minor:
        raise BadAmount(text)
    return int(whole)


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount in major units, exact."""
    return Decimal(minor) / minor_per_unit(currency)


def minor_to_micro(minor: int, currency: str) -> int:
    return minor * (MICRO // minor_per_unit(currency))


def micro_to_minor(micro: int, currency: str) -> int:
    """Nearest minor unit, ties to even."""
    unit = MICRO // minor_per_unit(currency)
    return int((Decimal(micro) / unit).to_integral_value(ROUND_HALF_EVEN))


def cumulative_minor(micro_parts: Sequence[int], currency: str) -> list[int]:
    """Minor units of each part, rounded on the running total, so that parts always add up."""
    parts, before, running = [], 0, 0
    for micro in micro_parts:
        running += int(micro)
        now = micro_to_minor(running, currency)
        parts.append(now - before)
        before = now
    return parts


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts in proportion to the weights that add up to the total (largest remainder, ties by index)."""
    weight_sum = sum(weights)
    if weight_sum <= 0:
        raise ValueError("weights must have a positive sum")
    parts = [total * w // weight_sum for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % weight_sum), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def format_money(minor: int, currency: str, locale: str, *, compact: bool = False) -> str:
    """The amount as people of the locale write it; whole amounts lose their empty decimals."""
    amount = to_decimal(minor, currency)
    if compact and abs(amount) >= 10_000:
        return _spaced(format_compact_currency(amount, currency, locale=locale, fraction_digits=1), currency)
    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    return _spaced(format_currency(amount, currency, format=pattern, locale=locale, currency_digits=False), currency)


def _spaced(text: str, currency: str) -> str:
    # English data glues a three-letter code to the number ("EGP199"), which nobody reads well.
    return re.sub(rf"{currency}(?=\d)", f"{currency}\u00a0", text)
