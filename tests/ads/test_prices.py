from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ads.prices import prices_in, prices_of
from lib.ads.writer import price_text
from lib.catalog.model import Variant
from lib.money import CURRENCIES, to_decimal
from tests.ads.examples import an_item


@pytest.mark.parametrize(
    ("written", "currency", "amounts"),
    [
        ("Now 180 EGP", "EGP", ["180"]),
        ("EGP 1,299.50 only", "EGP", ["1299.5"]),
        ("بسعر ١٬٢٩٩ جنيه", "EGP", ["1299"]),
        ("السعر 450 ج.م.، والطلب", "EGP", ["450"]),
        ("450 جنيهًا بدلًا من 500 ج.م.", "EGP", ["450", "500"]),
        ("$98 instead of $118", "USD", ["98", "118"]),
        ("19,99 €", "EUR", ["19.99"]),
        ("¥5000", "JPY", ["5000"]),
        ("٩٩ ريال", "SAR", ["99"]),
        ("50% off, 24 pieces, 350 ml, phone 01001234567", "EGP", []),
        ("12 legs", "EGP", []),
        ("", "EGP", []),
        ("100 XXX", "XXX", []),
    ],
)
def test_prices_are_read_as_people_write_them(written, currency, amounts):
    assert [amount for _, amount in prices_in(written, currency)] == [Decimal(a) for a in amounts]


@given(st.integers(0, 10**11), st.sampled_from(CURRENCIES), st.sampled_from(["en", "ar"]))
def test_every_price_the_writer_writes_is_read_back(minor, currency, language):
    written = price_text(minor, currency, language)
    assert [amount for _, amount in prices_in(f"x {written} y", currency)] == [to_decimal(minor, currency)]


def test_an_ad_may_name_prices_of_the_item_its_variants_and_what_is_saved():
    item = an_item(price_minor=9_000, regular_minor=10_000, variants=(Variant(retailer_id="v", price_minor=12_000),))
    assert prices_of(item) == {Decimal(90), Decimal(100), Decimal(10), Decimal(120)}
