"""The what-if page: levers move the answer, the best plan is found, link and report carry the same numbers."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import settled, until

HAS_LINK = "location.search.includes('s=1')"


def rested(page):
    """The last runs are in: the take-along part offers its files."""
    page.locator(".st-key-whatif-report button:enabled").wait_for(timeout=90_000)
    settled(page)


def shown(page, index):
    """Every number of one set of levers, as a person reads it."""
    cells = page.locator(f"[data-set='{index}'] [data-cell]").all_inner_texts()
    return [" ".join(cell.split()) for cell in cells]


def test_levers_best_plan_link_and_report_agree(visit, browser, studio, tmp_path):
    page = visit("/what_if", lang="en", shop="larkmere", height=2400)
    page.locator("[data-set='1']").wait_for(timeout=60_000)
    orders = page.locator("[data-set='1'] [data-cell='orders'] .value")
    page.get_by_role("slider", name="Budget for a day").focus()
    for _press in range(3):
        page.keyboard.press("ArrowRight")
    expect(orders).to_have_text(re.compile(r"\+\d"))
    before = orders.inner_text()
    page.get_by_role("slider", name="People answering").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-answer='headline']")).to_have_text(re.compile("more orders"))
    page.locator(".st-key-whatif-best summary").click()
    page.locator(".st-key-whatif-find button").click()
    page.locator("[data-best='sentence']").wait_for(timeout=60_000)
    page.locator(".st-key-whatif-take button").click()
    page.locator("[data-set='2']").wait_for(timeout=60_000)
    page.locator(".st-key-whatif-along summary").click()
    rested(page)
    until(page, HAS_LINK)
    numbers = [shown(page, index) for index in range(3)]
    assert before

    context = browser.new_context(viewport={"width": 1440, "height": 2400}, accept_downloads=True)
    other = context.new_page()
    other.goto(page.url)
    settled(other)
    other.locator("[data-set='2']").wait_for(timeout=60_000)
    other.locator(".st-key-whatif-along summary").click()
    rested(other)
    assert [shown(other, index) for index in range(3)] == numbers

    with other.expect_download() as download:
        other.locator(".st-key-whatif-report button").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    context.close()
    words = " ".join(re.sub(r"<[^>]+>", " ", report.read_text(encoding="utf-8")).split())
    for row in numbers:
        for cell in row:
            value, sure = cell.split(" 90 % sure")
            assert f"{value} 90 % sure{sure}" in words, cell


def test_a_broken_link_says_so_and_shows_the_way_on(visit):
    page = visit("/what_if", lang="en", shop="larkmere", s="1notwhole")
    page.get_by_text("not a what-if of the studio").wait_for()
    page.get_by_role("link", name="Start anew").wait_for()


def test_it_fits_a_phone_in_arabic(visit):
    page = visit("/what_if", lang="ar", shop="nawwara", width=390, height=844)
    page.locator("[data-set='1']").wait_for(timeout=60_000)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
