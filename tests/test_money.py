import pytest

from lib import money


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("19.99", "USD", 1999),
        ("1.15", "USD", 115),
        ("١٩٫٩٩", "EGP", 1999),
        ("５", "JPY", 5),
        ("250", "EGP", 25000),
        ("0.5", "BHD", 50),
    ],
)
def test_amounts_are_read_exactly(text, currency, minor):
    assert money.parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text", ["", "NaN", "Infinity", "1e3", "1_000", "-5", "1,000", "19.999", "$5", "1.2.3", "9" * 13]
)
def test_what_is_not_a_plain_amount_is_refused(text):
    with pytest.raises(money.BadAmount):
        money.parse_amount(text, "USD")


def test_a_fraction_of_a_whole_unit_currency_is_refused():
    with pytest.raises(money.BadAmount):
        money.parse_amount("5.5", "JPY")


def test_an_unverified_currency_is_refused():
    with pytest.raises(money.UnknownCurrency):
        money.minor_per_unit("KWD")


def test_parts_always_add_to_the_rounded_total():
    micro = [3_333, 3_333, 3_334] * 50
    parts = money.cumulative_minor(micro, "USD")
    for n in range(1, len(micro)):
        assert sum(parts[:n]) == money.micro_to_minor(sum(micro[:n]), "USD")


def test_a_split_keeps_its_sum():
    assert money.split(1001, [1, 1, 1]) == [334, 334, 333]
    assert sum(money.split(9999, [3, 7, 11])) == 9999


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (19900, "EGP", "en", "EGP\u00a0199"),
        (19950, "USD", "en", "$199.50"),
        (500000, "JPY", "en", "¥500,000"),
        (19900, "EGP", "ar", "\u200f199\u00a0ج.م.\u200f"),
    ],
)
def test_money_is_written_the_way_readers_write_it(minor, currency, locale, text):
    assert money.format_money(minor, currency, locale) == text
