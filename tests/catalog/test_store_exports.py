"""Shopify and WooCommerce exports: the real files of tests/samples/catalog and small ones for single rules."""

import pytest

from lib.catalog.model import Sale
from lib.catalog.parsing import CurrencyNeeded
from tests.conftest import SAMPLES

CATALOG = SAMPLES / "catalog"
SHOPIFY = "Handle,Title,Body (HTML),Variant SKU,Option1 Name,Option1 Value,Variant Price,Variant Compare At Price," \
    "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Image Src,Image Position,Variant Image," \
    "Published,Status"  # fmt: skip
WOO = "ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?,Sale price,Regular price," \
    "Date sale price starts,Date sale price ends,Categories,Images,Parent,Attribute 1 name,Attribute 1 value(s)," \
    "Visibility in catalog,Short description,Description"  # fmt: skip


def table(header, *rows):
    names = header.split(",")
    lines = [header, *(",".join(f'"{row.get(name, "")}"' for name in names) for row in rows)]
    return "\n".join(lines) + "\n"


def choices(items):
    return [choice for item in items for choice in (item.variants or (item,))]


def test_the_shopify_sample(read):
    data = (CATALOG / "shopify" / "Product-data.csv").read_bytes()
    parsed = read(data)
    sold = choices(parsed.items)
    assert (parsed.format, parsed.rows_read, parsed.accepted, len(parsed.items)) == ("shopify", 21, 21, 20)
    assert [len(item.variants) for item in parsed.items if item.variants] == [2]
    assert sum(one.regular_minor is not None for one in sold) == 16
    assert sum(one.price_minor for one in sold) == 234_584
    assert (min(one.price_minor for one in sold), max(one.price_minor for one in sold)) == (999, 75_000)
    assert isinstance(read(data, currency=None), CurrencyNeeded)


def test_the_woocommerce_sample(read):
    parsed = read((CATALOG / "woocommerce_csv" / "sample_products.csv").read_bytes())
    sold = choices(parsed.items)
    assert (parsed.format, parsed.rows_read, parsed.accepted) == ("woocommerce_csv", 24, 24)
    assert len(parsed.items) == 15
    assert sorted(len(item.variants) for item in parsed.items if item.variants) == [3, 6]
    assert sum(one.regular_minor or one.price_minor or 0 for one in sold) == 72_900
    assert sum(one.regular_minor is not None for one in sold) == 6
    assert [item.title for item in parsed.items if item.price_minor is None] == ["Logo Collection"]
    assert all(item.pictures for item in parsed.items)


def test_the_woocommerce_sample_without_ids(read):
    parsed = read((CATALOG / "woocommerce_csv" / "sample.csv").read_bytes())
    assert (parsed.rows_read, parsed.accepted, parsed.format) == (7, 7, "woocommerce_csv")
    assert [(item.title, len(item.variants)) for item in parsed.items][3] == ("Ship Your Idea", 2)
    assert parsed.items[0].sale is not None
    assert (parsed.items[0].price_minor, parsed.items[0].category) == (1_800, "Clothing > T-shirts")
    again = read((CATALOG / "woocommerce_csv" / "sample.csv").read_bytes())
    assert again.items == parsed.items


def test_shopify_rows_join_by_handle_even_apart(read):
    parsed = read(
        table(
            SHOPIFY,
            {"Handle": "tee", "Title": "Tee", "Option1 Name": "Size", "Option1 Value": "S", "Variant Price": "10",
             "Image Src": "https://x.example/2.jpg", "Image Position": "2", "Variant SKU": "T-S"},
            {"Handle": "mug", "Title": "Mug", "Option1 Name": "Title", "Option1 Value": "Default Title",
             "Variant Price": "5"},
            {"Handle": "tee", "Option1 Value": "M", "Variant Price": "12", "Variant Compare At Price": "15",
             "Variant Image": "https://x.example/m.jpg"},
            {"Handle": "tee", "Image Src": "https://x.example/1.jpg", "Image Position": "1"},
        )
    )  # fmt: skip
    tee, mug = parsed.items
    assert [(v.retailer_id, v.options, v.price_minor, v.regular_minor) for v in tee.variants] == [
        ("T-S", (("Size", "S"),), 1_000, None),
        ("tee:M", (("Size", "M"),), 1_200, 1_500),
    ]
    assert [p.url for p in tee.pictures] == ["https://x.example/1.jpg", "https://x.example/2.jpg"]
    assert tee.variants[1].picture.url == "https://x.example/m.jpg"
    assert (mug.variants, mug.price_minor, parsed.accepted) == ((), 500, 4)


def test_the_newer_names_of_shopify_columns_are_known(read):
    text = "Title,URL handle,Description,Status,SKU,Price,Compare-at price,Product image URL\n"
    (item,) = read(text + "Mug,mug,<b>Big</b>,Active,M1,5.00,7.00,https://x.example/1.jpg\n").items
    assert (item.retailer_id, item.price_minor, item.regular_minor, item.description) == ("mug", 500, 700, "Big")
    assert item.pictures[0].url == "https://x.example/1.jpg"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, "in stock"),
        ({"Variant Inventory Qty": "0"}, "in stock"),
        ({"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "0"}, "out of stock"),
        ({"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "-2"}, "out of stock"),
        ({"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "3"}, "in stock"),
        ({"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "0", "Variant Inventory Policy": "continue"},
         "in stock"),
    ],
)  # fmt: skip
def test_shopify_stock(read, row, expected):
    (item,) = read(table(SHOPIFY, {"Handle": "a", "Title": "A", "Variant Price": "1", **row})).items
    assert item.availability == expected


@pytest.mark.parametrize("row", [{"Status": "draft"}, {"Status": "archived"}, {"Published": "false"}])
def test_what_a_shop_does_not_show_is_hidden(read, row):
    (item,) = read(table(SHOPIFY, {"Handle": "a", "Title": "A", "Variant Price": "1", **row})).items
    assert item.visible is False


def test_a_bad_variant_costs_only_itself(read):
    parsed = read(
        table(
            SHOPIFY,
            {"Handle": "tee", "Title": "Tee", "Option1 Value": "S", "Variant Price": "cheap"},
            {"Handle": "tee", "Option1 Value": "M", "Variant Price": "12"},
            {"Handle": "", "Title": "Lost", "Variant Price": "12"},
            {"Handle": "x", "Variant Price": "12"},
        )
    )
    assert [(p.line, p.code) for p in parsed.rejected] == [
        (2, "price_unreadable"),
        (4, "id_missing"),
        (5, "title_missing"),
    ]
    assert [[v.options for v in item.variants] for item in parsed.items] == [[(("Option 1", "M"),)]]


def test_variations_find_their_parent_by_sku_or_id(read):
    parsed = read(
        table(
            WOO,
            {"ID": "1", "Type": "variable", "SKU": "tee", "Name": "Tee"},
            {"ID": "2", "Type": "variable", "Name": "Cap"},
            {"ID": "3", "Type": "variation", "Regular price": "9", "Parent": "tee", "Attribute 1 name": "Size",
             "Attribute 1 value(s)": "S", "Images": "https://x.example/s.jpg"},
            {"ID": "4", "Type": "variation", "Regular price": "8", "Parent": "id:2", "In stock?": "0"},
            {"ID": "5", "Type": "variation", "Regular price": "8", "Parent": "gone"},
        )
    )  # fmt: skip
    tee, cap = parsed.items
    assert (tee.retailer_id, tee.price_minor, tee.variants[0].options) == ("tee", 900, (("Size", "S"),))
    assert (cap.retailer_id, cap.availability, cap.variants[0].retailer_id) == ("id:2", "out of stock", "id:4")
    assert [(p.line, p.code) for p in parsed.rejected] == [(6, "parent_missing")]


def test_variations_of_a_rejected_parent_are_rejected_with_it(read):
    parsed = read(
        table(
            WOO,
            {"ID": "1", "Type": "variable", "SKU": "tee", "Name": "Tee", "Regular price": "cheap"},
            {"ID": "3", "Type": "variation", "Regular price": "9", "Parent": "tee"},
        )
    )
    assert [p.code for p in parsed.rejected] == ["price_unreadable", "parent_rejected"]


def test_a_repeated_sku_falls_back_to_the_id_or_is_rejected(read):
    same = {"SKU": "a", "Name": "A", "Regular price": "1"}
    assert [item.retailer_id for item in read(table(WOO, {**same, "ID": "1"}, {**same, "ID": "2"})).items] == [
        "id:1",
        "id:2",
    ]
    assert [p.code for p in read(table(WOO, same, same)).rejected] == ["id_repeated", "id_repeated"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [({}, "in stock"), ({"In stock?": "1"}, "in stock"), ({"In stock?": "0"}, "out of stock"),
     ({"In stock?": "backorder"}, "available for order"), ({"In stock?": "1", "Stock": "0"}, "out of stock"),
     ({"In stock?": "1", "Stock": "0", "Backorders allowed?": "notify"}, "available for order")],
)  # fmt: skip
def test_woocommerce_stock(read, row, expected):
    (item,) = read(table(WOO, {"SKU": "a", "Name": "A", "Regular price": "1", **row})).items
    assert item.availability == expected


def test_woocommerce_texts_prices_and_places(read):
    (item,) = read(
        table(
            WOO,
            {"SKU": "a", "Name": "A &amp; B", "Regular price": "1,50", "Sale price": "1.20",
             "Short description": "<b>Short</b>",
             "Date sale price ends": "2026-11-22", "Description": "Long", "Published": "0",
             "Categories": "Sale, Home > Lamps > Desk\\, small, Home",
             "Images": "https://x.example/1,2.jpg, https://x.example/3.jpg"},
        ),
        timezone="Africa/Cairo",
    ).items  # fmt: skip
    assert (item.title, item.description, item.category) == ("A & B", "Short\n\nLong", "Home > Lamps > Desk, small")
    assert isinstance(item.sale, Sale)
    assert (item.price_minor, item.sale.ends.isoformat()) == (120, "2026-11-22T22:00:00+00:00")
    assert [p.url for p in item.pictures] == ["https://x.example/1,2.jpg", "https://x.example/3.jpg"]
    assert item.visible is False
