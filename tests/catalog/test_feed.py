from datetime import UTC, datetime

import pytest

from lib.catalog.model import Picture, Sale
from lib.catalog.parsing import CurrencyNeeded

HEADER = (
    "id,title,description,availability,condition,price,link,image_link,brand,sale_price,sale_price_effective_date,"
    "item_group_id,color,size,additional_image_link,product_type,google_product_category,status,"
    "quantity_to_sell_on_facebook"
)
PLAIN = {
    "id": "a", "title": "Lamp", "availability": "in stock", "price": "9.99 USD", "link": "https://x.example/a",
    "image_link": "https://x.example/a.jpg",
}  # fmt: skip


def feed(*rows, delimiter=","):
    names = HEADER.split(",")
    lines = [delimiter.join(names)]
    for row in rows:
        cells = {**PLAIN, **row}
        lines.append(delimiter.join('"' + cells.get(name, "").replace('"', '""') + '"' for name in names))
    return "\n".join(lines) + "\n"


def codes(outcome):
    return [(problem.line, problem.column, problem.code) for problem in outcome.rejected]


def test_a_full_row_becomes_an_item(read):
    row = {
        "description": "<p>Warm &amp; bright</p>", "condition": "New", "brand": "Nour", "sale_price": "8.00 USD",
        "additional_image_link": "https://x.example/b.jpg,https://x.example/c.jpg?w=1,2",
        "google_product_category": "212", "product_type": "Home &gt; Lamps",
    }  # fmt: skip
    parsed = read(feed(row))
    (item,) = parsed.items
    assert (parsed.format, parsed.currency) == ("meta_feed", "USD")
    assert item.model_dump(exclude_defaults=True, exclude={"pictures"}) == {
        "retailer_id": "a", "title": "Lamp", "description": "Warm & bright", "category": "Home > Lamps",
        "currency": "USD", "price_minor": 800, "regular_minor": 999, "condition": "new", "brand": "Nour",
        "link": "https://x.example/a",
    }  # fmt: skip
    assert [picture.url for picture in item.pictures] == [
        "https://x.example/a.jpg", "https://x.example/b.jpg", "https://x.example/c.jpg?w=1,2",
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "~"])
def test_the_delimiter_is_found(read, delimiter):
    assert len(read(feed({}, {"id": "b"}, delimiter=delimiter)).items) == 2


@pytest.mark.parametrize(
    "header",
    [
        "ID,Title,Image Link,Price,Availability",
        "g:id,g:title,g:image_link,g:price,g:availability",
        '\ufeff"id","title\u00a0"," image link ",price,availability',
    ],
)
def test_headers_are_read_whatever_their_dress(read, header):
    (item,) = read(header + "\n1,Lamp,https://x.example/1.jpg,5 USD,in_stock\n").items
    assert (item.retailer_id, item.price_minor, item.pictures[0].url) == ("1", 500, "https://x.example/1.jpg")


@pytest.mark.parametrize("word", ["Required", "Obligatorio", "Obligatoire"])
def test_the_templates_row_of_help_is_passed_over(read, word):
    help_row = ",".join(f"# {word} | what to write" for _ in range(5))
    parsed = read(f"{help_row}\nid,title,price,availability,image_link\n1,Lamp,5 USD,in stock,https://x.example/1\n")
    assert (len(parsed.items), parsed.skipped, parsed.rows_read) == (1, {"help_text": 1}, 2)


def test_the_separator_line_of_a_spreadsheet_is_no_row(read):
    assert read("sep=;\nid;title;price\n1;Lamp;5 USD\n").rows_read == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [("in stock", "in stock"), ("in_stock", "in stock"), ("True", "in stock"), ("IN-STOCK", "in stock"),
     ("out_of_stock", "out of stock"), ("false", "out of stock"), ("preorder", "preorder"),
     ("backorder", "available for order"), ("available for order", "available for order"), ("pending", "out of stock"),
     ("mark_as_sold", "out of stock"), ("discontinued", "discontinued"), ("متوفر", "in stock"), ("", "in stock")],
)  # fmt: skip
def test_availability_in_its_many_spellings(read, written, meant):
    (item,) = read(feed({"availability": written})).items
    assert item.availability == meant


def test_nothing_left_to_sell_is_out_of_stock_and_said(read):
    parsed = read(feed({"quantity_to_sell_on_facebook": "0"}))
    assert (parsed.items[0].availability, parsed.changes) == ("out of stock", {"no_stock_left": 1})


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ({"id": " "}, "id", "id_missing"),
        ({"id": "x" * 101}, "id", "id_too_long"),
        ({"title": "\u200b"}, "title", "title_missing"),
        ({"availability": "perhaps"}, "availability", "availability_unknown"),
        ({"price": "cheap"}, "price", "price_unreadable"),
        ({"price": "1.500"}, "price", "price_ambiguous"),
        ({"price": "9.99 EGP"}, "price", "currency_differs"),
        ({"sale_price": "-1 USD"}, "sale_price", "price_negative"),
        ({"sale_price": "1 USD", "sale_price_effective_date": "soon"}, "sale_price_effective_date",
         "sale_dates_unreadable"),
    ],
)  # fmt: skip
def test_a_bad_row_says_where_and_why_and_the_others_are_in(read, row, column, code):
    parsed = read(feed({"id": "good"}, row, {"id": "other"}))
    assert codes(parsed) == [(3, column, code)]
    assert [item.retailer_id for item in parsed.items] == ["good", "other"]


def test_every_copy_of_a_repeated_id_is_out_but_a_row_given_twice_is_one(read):
    parsed = read(feed({"id": "a"}, {"id": "a", "title": "Other"}, {"id": "b"}, {"id": "b"}))
    assert codes(parsed) == [(2, "id", "id_repeated"), (3, "id", "id_repeated")]
    assert parsed.skipped == {"same_row_again": 1}
    assert [item.retailer_id for item in parsed.items] == ["b"]


def test_an_item_without_price_picture_or_stock_is_in(read):
    (item,) = read("id,title,link\n1,Lamp,https://x.example/1\n").items
    assert (item.price_minor, item.pictures) == (None, ())


def test_links_that_are_no_web_addresses_are_dropped_and_counted(read):
    parsed = read(feed({"link": "javascript:alert(1)", "image_link": "file:///etc/passwd"}))
    assert (parsed.items[0].link, parsed.items[0].pictures) == ("", ())
    assert parsed.changes == {"link_unusable": 1, "picture_unusable": 1}


def test_odd_prices_are_normalised_and_counted(read):
    parsed = read(feed({"id": "a", "price": "49,00 USD"}, {"id": "b", "price": "USD 5"}, {"id": "c", "price": "7"}))
    assert [item.price_minor for item in parsed.items] == [4_900, 500, 700]
    assert parsed.changes == {"price_normalised": 2, "price_without_currency": 1}


def test_a_sale_runs_between_its_dates_in_the_shops_zone(read):
    row = {"sale_price": "8 EGP", "price": "9 EGP", "sale_price_effective_date": "2026-11-20/2026-11-22"}
    (item,) = read(feed(row), currency="EGP", timezone="Africa/Cairo").items
    ends = datetime(2026, 11, 22, 22, tzinfo=UTC)
    assert item.sale == Sale(minor=800, starts=datetime(2026, 11, 19, 22, tzinfo=UTC), ends=ends)
    assert item.price_minor == 800
    assert item.at(ends).price_minor == 900


def test_a_sale_that_is_no_lower_is_no_sale(read):
    parsed = read(feed({"sale_price": "9.99 USD"}))
    assert (parsed.items[0].regular_minor, parsed.changes) == (None, {"sale_not_lower": 1})


def test_variants_stand_under_their_item(read):
    parsed = read(
        feed(
            {"id": "s-r", "title": "Shirt - Red", "item_group_id": "s", "color": "Red", "price": "12 USD",
             "availability": "out of stock"},
            {"id": "mug", "title": "Mug"},
            {"id": "s-b", "title": "Shirt - Blue", "item_group_id": "s", "color": "Blue", "size": "L",
             "image_link": "https://x.example/b.jpg"},
            {"id": "alone", "title": "Vase", "item_group_id": "v", "color": "Green"},
        )
    )  # fmt: skip
    shirt, mug, vase = parsed.items
    assert (shirt.retailer_id, shirt.title, shirt.availability, shirt.price_minor) == ("s", "Shirt", "in stock", 999)
    assert [(v.retailer_id, v.options, v.price_minor) for v in shirt.variants] == [
        ("s-r", (("color", "Red"),), 1_200),
        ("s-b", (("color", "Blue"), ("size", "L")), 999),
    ]
    assert shirt.pictures == (Picture(url="https://x.example/a.jpg"), Picture(url="https://x.example/b.jpg"))
    assert (mug.retailer_id, vase.retailer_id, vase.variants) == ("mug", "alone", ())


@pytest.mark.parametrize(
    ("titles", "shared"),
    [
        (["Lamp", "Lamp"], "Lamp"),
        (["T-shirt (Red)", "T-shirt (Green)"], "T-shirt"),
        (["Red shirt", "Reddish shirt"], "Red shirt"),
        (["قميص قطن أحمر", "قميص قطن أزرق"], "قميص قطن"),
        (["Red", "Blue", "Blue"], "Blue"),
    ],
)
def test_the_title_of_a_group_is_what_its_titles_share(read, titles, shared):
    rows = [{"id": str(n), "title": title, "item_group_id": "g"} for n, title in enumerate(titles)]
    (item,) = read(feed(*rows)).items
    assert item.title == shared


def test_a_group_never_takes_the_id_of_another_item(read):
    rows = [{"id": "s"}, {"id": "1", "item_group_id": "s"}, {"id": "2", "item_group_id": "s"}]
    assert sorted(item.retailer_id for item in read(feed(*rows)).items) == ["1", "s"]


def test_the_currency_is_the_one_the_file_names(read):
    assert read(feed({}), currency=None).currency == "USD"


@pytest.mark.parametrize(
    ("prices", "candidates"),
    [
        (["5", "6"], ()),
        (["5 USD", "6"], ("USD",)),
        (["5 USD", "6 EGP", "7 EGP"], ("EGP", "USD")),
        (["¥5", "¥6"], ("CNY", "JPY")),
        ([""], ()),
    ],
)
def test_a_currency_left_open_is_asked_for(read, prices, candidates):
    outcome = read(feed(*({"id": str(n), "price": price} for n, price in enumerate(prices))), currency=None)
    assert isinstance(outcome, CurrencyNeeded)
    assert (tuple(sorted(outcome.candidates)) if "CNY" in candidates else outcome.candidates) == candidates


def test_long_texts_are_cut_at_the_platforms_limits(read):
    parsed = read(feed({"title": "x" * 300, "description": "y" * 20_000}))
    assert (len(parsed.items[0].title), len(parsed.items[0].description)) == (200, 9_999)
    assert parsed.changes == {"description_cut": 1, "title_cut": 1}


def test_archived_items_are_in_but_hidden(read):
    assert read(feed({"status": "archived"})).items[0].visible is False
