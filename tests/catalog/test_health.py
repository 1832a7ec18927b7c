import pytest

from lib.catalog.health import REASONS, why_not_advertisable
from lib.catalog.model import Picture, Variant

SOLD_OUT = Variant(retailer_id="v", availability="out of stock", price_minor=5)
ON_SHELF = Variant(retailer_id="w", price_minor=5)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ()),
        ({"title": " "}, ("no_title",)),
        ({"pictures": ()}, ("no_picture",)),
        ({"pictures": (Picture(),)}, ("no_picture",)),
        ({"pictures": (Picture(name="a.webp"),)}, ()),
        ({"price_minor": None}, ("no_price",)),
        ({"price_minor": 0}, ("price_zero",)),
        ({"availability": "out of stock"}, ("out_of_stock",)),
        ({"availability": "discontinued"}, ("discontinued",)),
        ({"availability": "preorder"}, ()),
        ({"visible": False}, ("hidden",)),
        ({"price_minor": None, "variants": (ON_SHELF,)}, ()),
        ({"availability": "out of stock", "variants": (SOLD_OUT, ON_SHELF)}, ()),
        ({"variants": (SOLD_OUT,)}, ("out_of_stock",)),
        ({"title": "", "pictures": (), "price_minor": None, "availability": "out of stock", "visible": False},
         ("no_title", "no_picture", "no_price", "out_of_stock", "hidden")),
    ],
)  # fmt: skip
def test_reasons_not_to_advertise(make_item, given, expected):
    assert why_not_advertisable(make_item(**given)) == expected


def test_a_picture_of_a_variant_counts(make_item):
    variant = Variant(retailer_id="v", price_minor=5, picture=Picture(url="https://x/1"))
    assert why_not_advertisable(make_item(pictures=(), variants=(variant,))) == ()


def test_reasons_are_listed_once():
    assert len(set(REASONS)) == len(REASONS)
