from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.readers.prices import BadPrice, minor_of, read_price
from lib.money import to_decimal


@pytest.mark.parametrize(
    ("text", "currency", "minor", "normalised"),
    [
        ("9.99 USD", "USD", 999, False),
        ("9.99", "USD", 999, False),
        ("150 MXN", "MXN", 15_000, False),
        ("USD 9.99", "USD", 999, True),
        ("9.99USD", "USD", 999, True),
        ("9,99 EUR", "EUR", 999, True),
        ("1,299.00 USD", "USD", 129_900, True),
        ("1.299,00 EUR", "EUR", 129_900, True),
        ("1 299,50 PLN", "PLN", 129_950, True),
        ("1\u00a0299,50 zł", "PLN", 129_950, True),
        ("1'299.50 CHF", "CHF", 129_950, True),
        ("1,299", "USD", 129_900, True),
        ("1,234,567 USD", "USD", 123_456_700, True),
        ("12.500000", "USD", 1_250, True),
        ("0.000", "USD", 0, True),
        ("0 EGP", "EGP", 0, False),
        ("$18", "USD", 1_800, True),
        ("$19.99 USD", None, "price_unreadable", None),
        ("€ 5", "EUR", 500, True),
        ("٣٥٠ ج.م", "EGP", 35_000, True),
        ("٣٥٠٫٥٠ جنيه", "EGP", 35_050, True),
        ("١٬٢٩٩ EGP", "EGP", 129_900, True),
        ("LE 1,299", "EGP", 129_900, True),
        ("１９.９９", "USD", 1_999, True),
        ("\u200f99 \u202aEGP", "EGP", 9_900, True),
        ("1500.00 JPY", "JPY", 1_500, False),
        ("1.500 KWD", None, "currency_unknown", None),
        ("9.99 XYZ", None, "currency_unknown", None),
        ("1.500 EUR", "EUR", "price_ambiguous", None),
        ("-5 USD", "USD", "price_negative", None),
        ("(5) USD", "USD", "price_negative", None),
        ("1500.50 JPY", "JPY", "price_too_fine", None),
        ("1.2345 USD", "USD", "price_too_fine", None),
        ("1234.567", "USD", "price_too_fine", None),
        ("$18", "EUR", "currency_differs", None),
        ("9.99 USD", "EGP", "currency_differs", None),
        ("free", "USD", "price_unreadable", None),
        ("NaN", "USD", "price_unreadable", None),
        ("Infinity", "USD", "price_unreadable", None),
        ("1e400", "USD", "price_unreadable", None),
        ("1_000", "USD", "price_unreadable", None),
        ("10-20", "USD", "price_unreadable", None),
        ("12,34,56", "USD", "price_unreadable", None),
        ("1.2.3", "USD", "price_unreadable", None),
        ("9999999999999", "USD", "price_unreadable", None),
        ("=1+1", "USD", "price_unreadable", None),
    ],
)
def test_a_price_is_read_exactly_or_not_at_all(text, currency, minor, normalised):
    if isinstance(minor, str):
        with pytest.raises(BadPrice) as bad:
            minor_of(read_price(text), currency)
        assert bad.value.code == minor
    else:
        price = read_price(text)
        assert (minor_of(price, currency), price.normalised) == (minor, normalised)


@given(st.one_of(st.text(), st.text(alphabet="0123456789.,' -$€EGPUSDج٠٥٫٬²①\u0000")))
def test_any_text_is_a_price_or_a_named_problem(text):
    with suppress(BadPrice):
        assert minor_of(read_price(text), "EGP") >= 0


@given(st.integers(0, 10**12 - 1), st.sampled_from(["USD", "EGP", "JPY"]))
def test_what_we_write_we_read(minor, currency):
    assert minor_of(read_price(f"{to_decimal(minor, currency)} {currency}"), currency) == minor
