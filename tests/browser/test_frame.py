"""The frame around the pages: deep links, languages, headers, and a policy under which everything still draws."""

import urllib.request

import pytest

from tests.browser.conftest import READY, serve, settled, stop, until

PAGES = {
    "/": ("Overview", "نظرة عامة"),
    "/catalog": ("Catalog", "الكتالوج"),
    "/import": ("Import products", "استيراد المنتجات"),
    "/shop": ("Shop settings", "إعدادات المتجر"),
}


def menu_entry(page, name):
    return page.get_by_test_id("stSidebarNav").get_by_role("link", name=name)


@pytest.mark.parametrize("path", PAGES)
def test_a_link_opens_its_page_in_its_language(visit, path):
    english, arabic = PAGES[path]
    page = visit(path, lang="en")
    assert menu_entry(page, english).get_attribute("aria-current") == "page"
    page = visit(path, lang="ar")
    assert menu_entry(page, arabic).get_attribute("aria-current") == "page"
    until(page, "getComputedStyle(document.body).direction === 'rtl'")
    assert page.evaluate("document.documentElement.lang") == "ar"
    assert not page.get_by_text("Page not found").count()


def test_the_very_first_visitor_may_come_by_a_deep_link(browser, tmp_path):
    process, fresh = serve(tmp_path)
    try:
        page = browser.new_page(locale="en-US")
        page.goto(fresh.address("/catalog", lang="ar"))
        settled(page)
        assert menu_entry(page, "الكتالوج").get_attribute("aria-current") == "page"
        until(page, "getComputedStyle(document.body).direction === 'rtl'")
        page.close()
    finally:
        stop(process)


def test_switching_the_language_keeps_the_page(visit):
    page = visit("/shop", lang="en")
    page.get_by_role("radio", name="العربية").click()
    until(page, "getComputedStyle(document.body).direction === 'rtl'")
    settled(page)
    assert "/shop" in page.url
    assert "lang=ar" in page.url
    assert menu_entry(page, "إعدادات المتجر").get_attribute("aria-current") == "page"


def test_the_menu_keeps_language_and_shop(visit):
    page = visit("/catalog", lang="ar")
    shop = page.url.split("shop=")[1].split("&")[0]
    menu_entry(page, "إعدادات المتجر").click()
    page.wait_for_url("**/shop**")
    until(page, f"location.search.includes('lang=ar') && location.search.includes('shop={shop}')")


def test_an_arabic_browser_gets_arabic_first(visit):
    page = visit("/catalog", locale="ar-EG")
    until(page, "getComputedStyle(document.body).direction === 'rtl'")


def test_the_folded_menu_hides_nothing_on_a_phone(visit):
    for lang in ("en", "ar"):
        page = visit("/catalog", lang=lang, width=390, height=844)
        main = page.get_by_test_id("stMain").bounding_box()
        assert main["width"] == pytest.approx(390, abs=1)
        overhang = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overhang <= 0
        shop = page.get_by_test_id("stSidebar").get_by_role("combobox")
        # hidden altogether, or moved out of sight
        for box in [one.bounding_box() for one in shop.all()]:
            assert box["x"] + box["width"] <= 0 or box["x"] >= 390


def test_every_answer_carries_the_security_headers(studio):
    for path in ("/", "/api/health", "/pictures/none.webp", "/_stcore/health"):
        try:
            answer = urllib.request.urlopen(studio.address(path))
        except urllib.error.HTTPError as refused:
            answer = refused
        answer.close()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["../shop.json", "..%2Fshop.json", "%2e%2e/shop.json", "a.html", "x" * 200 + ".webp"])
def test_pictures_come_from_the_picture_folders_only(studio, name):
    try:
        with urllib.request.urlopen(f"{studio.url}/pictures/{name}") as answer:
            # some of these never reach the route: the address is cleaned first and the app's own page answers
            assert answer.headers.get_content_type() == "text/html"
            assert b"Streamlit" in answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            code = refused.code
        assert code in (400, 404)


def test_injected_scripts_do_not_run(visit):
    page = visit("/catalog", lang="en")
    page.evaluate(
        """() => {
        const frame = document.createElement('iframe');
        frame.srcdoc = '<script>parent.document.title = "owned"</' + 'script>';
        document.body.append(frame);
        const script = document.createElement('script');
        script.textContent = 'document.title = "owned"';
        document.body.append(script);
    }"""
    )
    page.wait_for_timeout(300)
    assert "owned" not in page.title()
    assert page.complaints  # the browser reports what it refused to run
    page.complaints.clear()


def test_the_worker_runs_in_the_process(studio):
    with urllib.request.urlopen(studio.address("/api/health")) as answer:
        assert b'"worker":true' in answer.read().replace(b" ", b"")


def test_a_page_that_has_settled_stays_settled(visit):
    page = visit("/catalog", lang="en")
    page.wait_for_timeout(500)
    assert page.locator(READY).count() == 1
