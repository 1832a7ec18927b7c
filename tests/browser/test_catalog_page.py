"""Browsing, searching and opening items, and bringing in a file, as a shop owner does it."""

from pathlib import Path

import pytest

from tests.browser.conftest import settled, until

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "catalog"


def titles(page):
    return [one.strip() for one in page.locator(".card-title").all_inner_texts()]


def test_cards_show_real_pictures_in_columns(visit):
    for width, columns in ((1440, 4), (390, 2)):
        page = visit("/catalog", lang="en", shop="larkmere", width=width)
        page.locator(".card-picture img").first.wait_for()
        tops = page.locator(".card-picture").evaluate_all(
            "all => all.slice(0, 8).map(e => Math.round(e.getBoundingClientRect().top))"
        )
        assert tops.count(tops[0]) == columns
        loaded = page.locator(".card-picture img").evaluate_all("all => all.slice(0, 4).every(e => e.naturalWidth > 0)")
        assert loaded


def test_search_finds_as_one_types_without_enter(visit):
    page = visit("/catalog", lang="en", shop="nawwara")
    before = titles(page)
    page.get_by_placeholder("Search by name, description or code").press_sequentially("عسل", delay=40)
    until(page, f"document.querySelectorAll('.card-title').length < {len(before)}")
    settled(page)
    assert titles(page)
    assert all("عسل" in title for title in titles(page)[:1])


def test_nothing_found_is_said_and_hostile_text_stays_text(visit):
    page = visit("/catalog", lang="en", shop="larkmere")
    page.get_by_placeholder("Search by name, description or code").fill('<img src=x onerror="alert(1)">zzz')
    page.get_by_text("Nothing matches").wait_for()
    assert page.locator("img[src='x']").count() == 0


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_an_item_opens_from_its_picture(visit, lang):
    page = visit("/catalog", lang=lang, shop="larkmere")
    title = titles(page)[0]
    page.locator("[class*='st-key-open-'] button").first.click()
    page.wait_for_url("**/item**")
    settled(page)
    assert page.get_by_role("heading", name=title).count() == 1
    assert f"lang={lang}" in page.url


def test_an_item_that_can_not_be_advertised_says_why(visit):
    page = visit("/item", lang="en", shop="larkmere", item="LM-507")
    page.get_by_text("It has no price yet.").wait_for()
    assert page.locator(".st-key-item_advertise").count() == 0


def test_an_unknown_item_leads_back_to_the_catalog(visit):
    page = visit("/item", lang="en", shop="larkmere", item="no-such-thing")
    page.get_by_text("This item is not in the catalog").wait_for()


@pytest.mark.parametrize(("lang", "shop"), [("en", "A new shop"), ("ar", "متجر")])
def test_a_file_is_brought_in_and_its_items_are_in_the_catalog(visit, lang, shop):
    page = visit("/import", lang=lang)
    page.set_input_files("input[type=file]", SAMPLES / "shopify" / "Product-data.csv")
    settled(page)
    page.locator(".st-key-import_currency").get_by_role("combobox").click()
    page.keyboard.type("USD")
    page.get_by_role("option", name="USD", exact=True).click()
    settled(page)
    page.locator(".st-key-import_go button").click()
    page.locator(".import-report").wait_for()
    numbers = page.locator(".import-report .expected-band").all_inner_texts()
    assert numbers == ["21", "21", "0", "0"]
    page.locator(".st-key-import_open button").click()
    page.wait_for_url("**/catalog**")
    page.locator(".card-title", has_text="Floor Lamp").first.wait_for()


def test_a_file_that_is_no_catalog_gets_a_plain_answer(visit, tmp_path):
    strange = tmp_path / "notes.csv"
    strange.write_text("when,who\n1,<script>alert(1)</script>\n", encoding="utf-8")
    page = visit("/import", lang="en")
    page.set_input_files("input[type=file]", strange)
    settled(page)
    page.locator(".st-key-import_go button").click()
    page.get_by_text("We do not know this format.").wait_for()
    page.locator(".cells code").nth(1).wait_for()
    assert page.locator(".cells code").all_inner_texts() == ["when", "who"]


def test_shop_settings_are_saved_or_refused_with_a_reason(visit):
    page = visit("/shop", lang="en", shop="larkmere")
    fee = page.locator(".st-key-shop_delivery_larkmere input")
    fee.fill("abc")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Nothing was saved").wait_for()
    fee.fill("8.25")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved. Forecasts use it").wait_for()
    page = visit("/shop", lang="en", shop="larkmere")
    assert page.locator(".st-key-shop_delivery_larkmere input").input_value() == "8.25"
