"""Prices as people and programs write them in files, read exactly or not at all."""

import re
import unicodedata
from dataclasses import dataclass

from lib.money import CURRENCIES, BadAmount, parse_amount


class BadPrice(ValueError):
    """The text is no price we can be sure of."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Price:
    amount: str  # plain decimal with a dot
    currency: str | None
    symbol: str  # a sign several currencies share ("$"), else empty
    normalised: bool  # it was not written as "9.99 USD" or "9.99"


_NAMED = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₪": "ILS", "₺": "TRY", "₩": "KRW", "₫": "VND", "฿": "THB", "₦": "NGN",
    "₱": "PHP", "₴": "UAH", "zł": "PLN", "R$": "BRL", "US$": "USD", "A$": "AUD", "C$": "CAD", "HK$": "HKD",
    "ج.م": "EGP", "ج.م.": "EGP", "جنيه": "EGP", "جم": "EGP", "LE": "EGP", "L.E.": "EGP", "L.E": "EGP", "E£": "EGP",
    "ر.س": "SAR", "ريال سعودي": "SAR", "د.إ": "AED", "درهم إماراتي": "AED", "د.أ": "JOD", "دينار أردني": "JOD",
    "د.م.": "MAD",
}  # fmt: skip
_SHARED = {
    "$": frozenset("USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU BOB".split()),
    "¥": frozenset({"JPY", "CNY"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "Rs": frozenset({"INR", "PKR", "LKR"}),
    "Rs.": frozenset({"INR", "PKR", "LKR"}),
    "R": frozenset({"ZAR"}),
}
_NUMBER = re.compile(r"[0-9][0-9.,'’ ]*")
_CANONICAL = re.compile(r"([0-9]{1,12})(\.[0-9]{1,2})?( [A-Z]{3})?")
_SEPARATORS = str.maketrans({"٫": ".", "٬": ",", "،": ",", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_KEPT_FOR = frozenset("KWD OMR TND LYD IQD RUB RSD".split())  # real codes whose minor unit the platform does not state


def read_price(text: str) -> Price:
    """Raises BadPrice: price_unreadable, price_negative, price_ambiguous, currency_unknown."""
    usual = _CANONICAL.fullmatch(text)
    if usual and (not usual.group(3) or usual.group(3)[1:] in CURRENCIES):
        amount, _, code = text.partition(" ")
        return Price(amount, code or None, "", normalised=False)
    plain = _plain(text)
    number = _NUMBER.search(plain)
    if not number:
        raise BadPrice("price_unreadable")
    before, after = plain[: number.start()].strip(), plain[number.end() :].strip()
    if before.endswith(("-", "−", "(")) or before == "-":
        raise BadPrice("price_negative")
    if before and after:
        raise BadPrice("price_unreadable")
    currency, symbol = _currency(before or after)
    amount = _amount(number.group().strip())
    return Price(amount, currency, symbol, normalised=not _CANONICAL.fullmatch(text.strip()))


def minor_of(price: Price, currency: str) -> int:
    """Minor units in that currency. Raises BadPrice: currency_differs, price_too_fine, price_unreadable."""
    if price.currency not in (None, currency):
        raise BadPrice("currency_differs")
    if price.symbol and currency not in _SHARED[price.symbol]:
        raise BadPrice("currency_differs")
    try:
        return parse_amount(price.amount, currency)
    except BadAmount as bad:
        raise BadPrice("price_too_fine" if "." in price.amount else "price_unreadable") from bad


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_SEPARATORS)).translate(_SEPARATORS)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text).strip()


def _currency(word: str) -> tuple[str | None, str]:
    if not word:
        return None, ""
    if word in _NAMED:
        return _NAMED[word], ""
    if word in _SHARED:
        return None, word
    code = word.upper()
    if code in CURRENCIES:
        return code, ""
    if re.fullmatch(r"[A-Z]{3}", word) or code in _KEPT_FOR:
        raise BadPrice("currency_unknown")
    raise BadPrice("price_unreadable")


def _amount(number: str) -> str:
    """Plain decimal of digits with separators. Three digits after a lone dot may be either: not guessed."""
    number = number.rstrip(".,") if number[-1] in ".," and number.count(number[-1]) == 1 else number
    number = re.sub(r"(?<=\d)['’ ](?=\d{3}(?!\d))", "", number)
    if re.search(r"['’ ]", number):
        raise BadPrice("price_unreadable")
    dots, commas = number.count("."), number.count(",")
    if dots and commas:
        decimal = max(number.rfind("."), number.rfind(","))
        whole, fraction = number[:decimal], number[decimal + 1 :]
        mark = "," if number[decimal] == "." else "."
        if number.count(number[decimal]) > 1 or not re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+", whole):
            raise BadPrice("price_unreadable")
        return _joined(whole.replace(mark, ""), fraction)
    mark = "." if dots else ","
    if dots + commas == 0:
        return _joined(number, "")
    if dots + commas > 1:
        if not re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+", number):
            raise BadPrice("price_unreadable")
        return _joined(number.replace(mark, ""), "")
    whole, fraction = number.split(mark)
    if len(fraction) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole):
        if mark == ".":
            raise BadPrice("price_ambiguous")
        return _joined(whole + fraction, "")
    return _joined(whole, fraction)


def _joined(whole: str, fraction: str) -> str:
    fraction = fraction.rstrip("0") if len(fraction) > 2 else fraction
    if not whole or len(whole) > 12:
        raise BadPrice("price_unreadable")
    return f"{whole}.{fraction}" if fraction else whole


def candidates(price: Price) -> frozenset[str]:
    """Currencies a shared sign may stand for."""
    return _SHARED.get(price.symbol, frozenset())
