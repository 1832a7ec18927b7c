"""Prices that stand in an ad's words, to be held against what the item costs."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final

import regex
from babel.numbers import get_currency_name, get_currency_symbol

from lib.catalog.model import Item, Variant
from lib.catalog.text import fold
from lib.money import CURRENCIES, to_decimal

_NUMBER: Final = r"\d{1,3}(?:[,٬']\d{3})+(?:[.٫]\d{1,3})?|\d{1,12}(?:[.,٫]\d{1,2})?"
# how people write their money beside the code and the symbols of the language data
_SPOKEN: Final = {
    "AED": ("dhs", "dh", "درهم", "دراهم"),
    "BHD": ("bd", "دينار"),
    "DZD": ("da", "دينار", "دج"),
    "EGP": ("le", "l.e", "جنيه", "جنيها", "جم"),
    "EUR": ("euro", "euros", "يورو"),
    "GBP": ("pounds",),
    "INR": ("rs", "rupees", "روبية"),
    "JOD": ("jd", "دينار"),
    "MAD": ("dh", "dhs", "درهم", "دراهم"),
    "PKR": ("rs", "rupees"),
    "QAR": ("qr", "ريال", "ريالات"),
    "SAR": ("sr", "ريال", "ريالات"),
    "TRY": ("tl", "lira"),
    "USD": ("dollars", "dollar", "bucks", "دولار", "دولارات"),
}


def prices_of(item: Item) -> frozenset[Decimal]:
    """Every amount an ad for the item may name: prices now and before, of it and its variants, and what is saved."""
    if item.currency not in CURRENCIES:
        return frozenset()
    minors: set[int] = set()
    things: tuple[Item | Variant, ...] = (item, *item.variants)
    for thing in things:
        known = {m for m in (thing.price_minor, thing.regular_minor) if m is not None}
        minors |= known | {abs(a - b) for a in known for b in known if a != b}
    return frozenset(to_decimal(minor, item.currency) for minor in minors)


def prices_in(text: str, currency: str) -> Iterator[tuple[str, Decimal]]:
    """Numbers that stand beside the currency's name or sign, as (what is written, amount)."""
    if currency not in CURRENCIES:
        return
    for match in _pattern(currency).finditer(fold(text)):
        number = match.group("after") or match.group("before")
        yield match.group().strip(), _amount(number)


def _amount(number: str) -> Decimal:
    whole, point, rest = number.replace("٫", ".").rpartition(".")
    if not point:
        whole, point, rest = number.rpartition(",")
        if len(rest) == 3 or not point:
            whole, rest = number, ""
    digits = "".join(c for c in whole if c.isdigit())
    return Decimal(f"{digits or 0}.{rest or 0}")


@cache
def _pattern(currency: str) -> regex.Pattern[str]:
    names = {currency, *_SPOKEN.get(currency, ())}
    for locale in ("en", "ar"):
        names |= {get_currency_symbol(currency, locale), get_currency_name(currency, locale=locale)}
    folded = sorted({fold(name).strip(" .\u200f\u200e") for name in names} - {""}, key=len, reverse=True)
    unit = "|".join(rf"(?<!\p{{L}}){regex.escape(n)}(?!\p{{L}})" for n in folded)
    gap = r"[\s\u200e\u200f]{0,2}"
    return regex.compile(
        rf"(?:{unit})\.?{gap}(?P<after>{_NUMBER})(?!\d)|(?<![\d.,])(?P<before>{_NUMBER}){gap}(?:{unit})"
    )
