"""Countries as the advertising rules see them."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from babel import Locale

# The EU, and the territories the platform treats with it (meta-ctwa reference 1.16; Norway, Iceland and
# Liechtenstein through the EEA).
_DSA: Final = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE "
    "IS LI NO AX GF GP MQ RE YT MF BL".split()
)
# codes of the language data that name no country
_NO_COUNTRIES: Final = frozenset("EU EZ UN ZZ XA XB QO".split())


def needs_dsa(countries: Iterable[str]) -> bool:
    """Whether an ad shown there must name who benefits from it and who pays."""
    return not _DSA.isdisjoint(countries)


def is_country(code: str) -> bool:
    return code in _countries()


@cache
def _countries() -> frozenset[str]:
    codes = [str(code) for code in Locale("en").territories]
    return frozenset(c for c in codes if len(c) == 2 and c.isalpha() and c.isupper()) - _NO_COUNTRIES
