import json
from datetime import timedelta

import pytest

from lib.catalog.importing import file_name, import_file, last_report, report_json
from lib.catalog.items import get_item, item_ids
from lib.catalog.shops import get_shop, list_shops
from tests.catalog.test_feed import feed
from tests.catalog.test_google_xml import rss
from tests.conftest import SAMPLES

KEYS = {"format", "rows_read", "items", "variants", "skipped", "rejected", "advertisable", "not_advertisable"}


@pytest.fixture
def bring(db, now):
    """Imports a text or bytes under a name, now or later."""

    def bring_in(source, name="feed.csv", later=timedelta(0), **given):
        data = source.encode() if isinstance(source, str) else source
        return import_file(db, data, name, now=now + later, **given)

    return bring_in


def whole(db):
    tables = ("shop", "item", "import_run", "picture")
    return {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def test_the_report_says_what_became_of_every_row(bring):
    parent = {"item_group_id": "g", "color": "Red"}
    report = report_json(
        bring(
            feed(
                {"id": "a"},
                {"id": "b", "availability": "out of stock", "sale_price": "8 USD"},
                {"id": "c", "price": "?"},
                {"id": "v1", **parent},
                {"id": "v2", **parent, "color": "Blue", "image_link": ""},
                {"id": "d", "price": "0 USD", "image_link": ""},
                {"id": "a"},
            )
            + "," * 18
            + "\n"
        )
    )
    assert report.keys() >= KEYS
    assert {key: report[key] for key in ("rows_read", "accepted", "skipped", "skipped_why", "rejected_rows")} == {
        "rows_read": 8, "accepted": 5, "skipped": 2, "rejected_rows": 1,
        "skipped_why": {"empty_row": 1, "same_row_again": 1},
    }  # fmt: skip
    assert {key: report[key] for key in ("items", "variants", "sellable", "on_sale", "added")} == {
        "items": 4, "variants": 2, "sellable": 5, "on_sale": 1, "added": 4,
    }  # fmt: skip
    assert report["advertisable"] == 2
    assert report["not_advertisable"] == {"no_picture": 1, "out_of_stock": 1, "price_zero": 1}
    (problem,) = report["rejected"]
    assert problem == {
        "line": 4, "column": "price", "code": "price_unreadable", "excerpt": "?",
        "reason": "this is not a price; write it like 9.99 USD",
    }  # fmt: skip
    json.dumps(report)


def test_a_new_shop_is_named_from_the_file_and_says_what_was_assumed(db, bring):
    report = bring(feed({"price": "90 EGP", "title": "قميص قطن"}), "C:\\exports\\متجر_نور-2026.csv")
    made = get_shop(db, report.shop_id)
    assert (report.shop_name, report.new_shop, report.assumed) == (
        "متجر نور 2026",
        True,
        ("country", "timezone", "language"),
    )
    assert (made.currency, made.country, made.timezone, made.language) == ("EGP", "EG", "Africa/Cairo", "ar")


def test_the_same_file_again_changes_nothing(db, bring):
    text = feed({"id": "a"}, {"id": "b", "item_group_id": "g"}, {"id": "c", "item_group_id": "g"})
    first = bring(text)
    before = whole(db)
    again = bring(text, "another name.csv", timedelta(days=1))
    assert (again.shop_id, again.new_shop, again.unchanged, again.added, again.changed) == (
        first.shop_id,
        False,
        2,
        0,
        0,
    )
    assert whole(db) == before


@pytest.mark.parametrize("sample", ["shopify/Product-data.csv", "woocommerce_csv/sample_products.csv"])
def test_a_real_export_comes_in_once_the_currency_is_said(db, bring, sample):
    data = (SAMPLES / "catalog" / sample).read_bytes()
    assert bring(data, sample).outcome == "currency_needed"
    assert list_shops(db) == ()
    report = bring(data, sample, currency="USD")
    before = whole(db)
    assert bring(data, sample).unchanged == report.items
    assert whole(db) == before


def test_the_answers_for_the_real_exports(bring):
    shopify = bring((SAMPLES / "catalog/shopify/Product-data.csv").read_bytes(), currency="USD", shop="s")
    woo = bring((SAMPLES / "catalog/woocommerce_csv/sample_products.csv").read_bytes(), currency="USD", shop="w")
    names = ("format", "rows_read", "items", "variants", "on_sale", "advertisable", "not_advertisable")
    assert [getattr(shopify, name) for name in names] == ["shopify", 21, 20, 2, 16, 20, {}]
    assert [getattr(woo, name) for name in names] == ["woocommerce_csv", 24, 15, 9, 6, 13, {"hidden": 1, "no_price": 1}]


def test_a_newer_file_of_the_same_name_goes_to_the_same_shop_when_they_share_an_item(db, bring, now):
    first = bring(feed({"id": "a"}, {"id": "b"}))
    newer = bring(feed({"id": "a", "price": "7 USD"}, {"id": "c"}), later=timedelta(days=1))
    assert (newer.shop_id, newer.added, newer.changed, newer.absent) == (first.shop_id, 1, 1, 1)
    assert item_ids(db, first.shop_id) == {"a", "b", "c"}
    stranger = bring(feed({"id": "z", "price": "7 EGP"}))
    assert (stranger.new_shop, stranger.shop_name, stranger.currency) == (True, "feed 2", "EGP")


def test_a_file_that_is_the_whole_catalog_takes_away_what_it_does_not_name(db, bring):
    shop_id = bring(feed({"id": "a"}, {"id": "b"})).shop_id
    report = bring(feed({"id": "b"}), replace=True)
    assert (report.removed, report.absent) == (1, 0)
    assert item_ids(db, shop_id) == {"b"}


def test_a_file_cut_short_takes_nothing_away(db, bring):
    shop_id = bring(feed({"id": "a"}, {"id": "b"})).shop_id
    report = bring(feed(), replace=True, shop=shop_id)
    assert (report.items, report.removed) == (0, 0)
    assert item_ids(db, shop_id) == {"a", "b"}


def test_a_shop_is_named_by_id_or_name_and_made_when_new(db, shop, bring):
    assert bring(feed({"price": "5"}), shop="bayt nour").shop_id == shop.id
    made = bring(feed({}), shop="New Place", country="CA", timezone="America/Toronto", language="en")
    assert (made.shop_name, made.new_shop, made.assumed) == ("New Place", True, ())
    assert get_shop(db, made.shop_id).timezone == "America/Toronto"


def test_a_price_without_currency_is_the_shops_but_another_currency_is_not(db, shop, bring):
    report = bring(feed({"id": "a", "price": "5"}, {"id": "b", "price": "6 USD"}), shop=shop.id)
    assert get_item(db, shop.id, "a").currency == "EGP"
    assert [problem.code for problem in report.rejected] == ["currency_differs"]
    refused = bring(feed({}), shop=shop.id, currency="USD")
    assert (refused.code, refused.params) == ("currency_differs_from_shop", {"shop": "Bayt Nour", "currency": "EGP"})


def test_a_file_without_a_good_row_makes_no_shop(db, bring):
    report = bring(feed({"price": "?"}), currency="USD")
    assert (report.items, report.new_shop, report.rejected_rows) == (0, False, 1)
    assert list_shops(db) == ()


BROKEN = {
    "empty": b"",
    "binary": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "packed": b"PK\x03\x04feed",
    "encoding_unknown": feed({"title": "قميص قطن"}).encode("windows-1256"),
    "unknown_format": b"a,b,c\n1,2,3\n",
    "web_page": b"<html>please log in</html>",
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_file_that_can_not_be_read_gets_a_report_to_act_on(db, bring, code):
    report = report_json(bring(BROKEN[code]))
    assert report.keys() >= KEYS
    assert (report["outcome"], report["code"]) == ("unreadable", code)
    assert len(report["reason"]) > 15
    assert list_shops(db) == ()
    json.dumps(report)


def test_the_encoding_a_person_chose_is_used(db, bring):
    report = bring(BROKEN["encoding_unknown"], encoding="windows-1256")
    assert get_item(db, report.shop_id, "a").title == "قميص قطن"


@pytest.mark.parametrize("text", [feed(*({"id": f"i{n}"} for n in range(20))), rss(*"abcdefgh")])
def test_a_file_cut_in_the_middle_brings_its_good_rows_and_says_where_it_ends(db, bring, text):
    report = bring(text[: len(text) * 2 // 3 - 3])
    assert report.items == report.accepted > 3
    assert [problem.code for problem in report.rejected] in (["cut_off"], ["xml_broken"])


def test_names_of_files_are_text_never_paths():
    assert file_name("../../etc/pa\u202essw.csv") == "passw.csv"
    assert file_name("..\\x\\a.csv") == "a.csv"
    assert file_name("///") == "file"
    assert file_name("") == "file"


def test_the_last_report_is_kept(bring, db):
    report = bring(feed({}))
    assert last_report(db, report.shop_id) == report_json(report)
    assert last_report(db, "none") is None
