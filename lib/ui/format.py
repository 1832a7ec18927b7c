"""Numbers, money, dates and uncertain amounts as the reader's language writes them."""

import re
from datetime import date, datetime
from math import isfinite
from zoneinfo import ZoneInfo

from babel import dates, numbers

from lib.money import MICRO, format_money, micro_to_minor, minor_per_unit, to_decimal
from lib.ui.language import _, current, is_rtl, isolate, ngettext

DASH = "–"


def count(n: float) -> str:
    """A whole number with separators: 12,345."""
    return numbers.format_decimal(round(n), locale=current())


def compact(n: float) -> str:
    """A count in few characters: 950, 12.3K, 1.2M."""
    if abs(n) < 10_000:
        return count(n)
    return numbers.format_compact_decimal(n, locale=current(), fraction_digits=1)


def decimal(n: float, digits: int = 1, *, fixed: bool = False) -> str:
    """A number with so many digits after the point at most (2.2, 3), or always (2.2, 3.0)."""
    shape = f"#,##0.{('0' if fixed else '#') * digits}"
    return numbers.format_decimal(round(n, digits), format=shape, locale=current())


def percent(share: float | None, digits: int = 1) -> str:
    if share is None or not isfinite(share):
        return DASH
    return numbers.format_percent(share, format=f"#,##0.{'#' * digits}%", locale=current())


def money(minor: int | None, currency: str, *, short: bool = False) -> str:
    if minor is None:
        return DASH
    text = format_money(minor, currency, current(), compact=short)
    # a right-to-left line would carry the $ of US$ to the other side of its letters
    return re.sub(r"(?<=[A-Z])([$£¥])", "\\1\u200e", text) if is_rtl() else text


def money_micro(micro: float | None, currency: str, *, short: bool = False) -> str:
    """Engine money (micro-units) for the reader; large amounts lose the cents nobody reads."""
    if micro is None or not isfinite(micro):
        return DASH
    minor = micro_to_minor(round(micro), currency)
    unit = minor_per_unit(currency)
    if abs(minor) >= 100 * unit:
        minor = round(minor / unit) * unit
    return money(minor, currency, short=short)


def _significant(value: float, upwards: bool) -> int:
    """A bound of a band rounded outwards to two figures: a forecast of 1,234.5 pretends to know too much."""
    from math import ceil, floor, log10

    if abs(value) < 1:
        return ceil(value) if upwards else floor(value)
    step = 10 ** max(int(log10(abs(value))) - 1, 0)
    return int((ceil if upwards else floor)(value / step) * step)


def count_band(low: float, high: float) -> str:
    """An uncertain count: "0 to 3", "1,200 to 2,400"."""
    a, b = max(_significant(low, False), 0), max(_significant(high, True), 0)
    if a == b:
        return count(a)
    write = compact if a >= 10_000 else count
    return _("{low} to {high}", low=isolate(write(a)), high=isolate(write(b)))


def money_band(low_micro: float, high_micro: float, currency: str) -> str:
    """An uncertain amount of money; below ten units with its cents."""
    a, b = _money_bounds(low_micro, high_micro, currency)
    if a == b:
        return money(a, currency)
    short = min(abs(a), abs(b)) >= 10_000 * minor_per_unit(currency)
    low, high = (isolate(money(bound, currency, short=short)) for bound in (a, b))
    return _("{low} to {high}", low=low, high=high)


def amount_band(low_micro: float, high_micro: float, currency: str) -> str:
    """As money_band, without the currency: for where it stands beside the name."""
    low, high = (_amount(bound, currency) for bound in _money_bounds(low_micro, high_micro, currency))
    return low if low == high else _("{low} to {high}", low=isolate(low), high=isolate(high))


def _money_bounds(low_micro: float, high_micro: float, currency: str) -> tuple[int, int]:
    """In minor units, rounded outwards to what can be known."""

    def bound(micro: float, upwards: bool) -> int:
        if abs(micro) < 10 * MICRO:
            return micro_to_minor(round(micro), currency)
        return _significant(micro / MICRO, upwards) * minor_per_unit(currency)

    return bound(low_micro, False), bound(high_micro, True)


def _amount(minor: int, currency: str) -> str:
    unit = minor_per_unit(currency)
    if minor % unit:
        return numbers.format_decimal(to_decimal(minor, currency), "#,##0.00", locale=current())
    return compact(minor // unit)


def currency_sign(currency: str) -> str:
    """The sign of the currency as the reader's language writes it: $, EGP, ج.م."""
    return numbers.get_currency_symbol(currency, locale=current()).strip("\u200e\u200f")


def minutes(value: float | None) -> str:
    """A waiting time: 45 s, 12 min, 3.5 h."""
    if value is None or not isfinite(value):
        return DASH
    if value < 1:
        return ngettext("{n} s", "{n} s", round(value * 60))
    if value < 90:
        return ngettext("{n} min", "{n} min", round(value))
    hours = round(value / 60, 1)
    if hours.is_integer():
        return ngettext("{n} h", "{n} h", int(hours))
    return _("{hours} h", hours=numbers.format_decimal(hours, locale=current()))


def day(value: date) -> str:
    return dates.format_date(value, "d MMM", locale=current())


def long_day(value: date) -> str:
    return dates.format_date(value, "EEEE d MMMM", locale=current())


def moment(value: datetime, timezone: str) -> str:
    """A moment on the shop's clock: "Sun 22 Nov, 17:04"."""
    local = value.astimezone(ZoneInfo(timezone))
    return dates.format_datetime(local, "EEE d MMM HH:mm", locale=current())
