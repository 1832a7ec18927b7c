"""A campaign watched in a real browser: it moves by itself, one clock for all, a score at the end."""

import re
from datetime import UTC, datetime

import pytest

from lib.ads.drafts import save_draft
from lib.ads.expectation import expect
from lib.ads.plan import freeze
from lib.ads.scenario import scenario_of
from lib.ads.writer import draft_from_item
from lib.catalog import health, items, shops
from lib.launch import launches
from lib.metrics import totals
from lib.store import open_database
from tests.browser.conftest import until

SEED = 11  # passes the review and has its first chat within a few simulated hours
NUMBERS = (
    "Object.fromEntries([...document.querySelectorAll('.funnel .step')].map(e => [e.dataset.step, +e.dataset.value]))"
)
HOUR = "+document.querySelector('.clock')?.dataset.hour"
SPEED = "+document.querySelector('.clock')?.dataset.speed"


# traces as Plotly holds them: what is drawn, not what was sent
DRAWN = "[...document.querySelectorAll('.studio-plot')].map(e => e.data.flatMap(t => [...(t.y ?? [])]).length)"


def state_is(state: str) -> str:
    return f"document.querySelector('.campaign-head .state')?.dataset.state === '{state}'"


@pytest.fixture
def launched(studio):
    """Launches an ad for the shop's nth item and gives the launch's id."""

    def launch(shop_id: str = "larkmere", nth: int = 1) -> int:
        now = datetime.now(UTC)
        with open_database(studio.database) as db:
            shop = shops.get_shop(db, shop_id)
            fit = [item for item in items.all_items(db, shop_id, now) if not health.why_not_advertisable(item)]
            draft = save_draft(db, draft_from_item(shop, fit[nth], shop.language, now), now)
            plan = freeze(draft, fit[nth], shop, now)
            forecast = expect(scenario_of(plan)).to_json()
            return launches.confirm(db, plan, by="test", now=now, seed=SEED, forecast_json=forecast).launch.id

    return launch


def test_a_campaign_starts_and_moves_by_itself_with_its_charts_in_place(visit, launched):
    page = visit("/campaign", launch=str(launched(nth=1)), lang="en")
    until(page, state_is("LIVE"))
    until(page, "document.querySelectorAll('.studio-plot .main-svg').length >= 3", timeout=30)
    page.evaluate("window.first = [...document.querySelectorAll('.studio-plot .main-svg')]")
    points = page.evaluate(DRAWN)
    before = page.evaluate(NUMBERS)
    until(page, f"({NUMBERS}).conversations > {before['conversations']}", timeout=60)
    assert page.evaluate(NUMBERS)["impressions"] > before["impressions"]
    until(page, f"({DRAWN})[0] > {points[0]}")
    assert page.evaluate("window.first.every(e => e.isConnected)")


def test_the_clock_is_one_for_everybody_who_looks(visit, launched):
    launch = str(launched(nth=2))
    one, other = visit("/campaign", launch=launch, lang="en"), visit("/campaign", launch=launch, lang="ar")
    for page in (one, other):
        until(page, f"{state_is('LIVE')} && {HOUR} > 0")
    one.locator(".st-key-clock-stop button").click()
    until(other, f"{SPEED} === 0")
    stands = other.evaluate(HOUR)
    other.wait_for_timeout(2500)
    assert other.evaluate(HOUR) == stands
    other.locator(".st-key-clock-go button").click()
    until(one, f"{SPEED} > 0 && {HOUR} > {stands}")


def test_the_end_brings_a_score_and_the_page_says_what_the_tables_say(visit, launched, studio):
    launch_id = launched(nth=3)
    page = visit("/campaign", launch=str(launch_id), lang="en")
    until(page, f"{state_is('LIVE')} && {HOUR} > 0")
    page.locator(".st-key-clock-jump button").first.click()
    until(page, f"{state_is('ENDED')} && !!document.querySelector('.score')", timeout=60)
    with open_database(studio.database) as db:
        numbers = totals.metrics(db, launches.get_launch(db, launch_id))
    assert page.evaluate(NUMBERS) == {
        name: numbers[name] for name in ("impressions", "clicks", "conversations", "replied", "orders")
    }
    page.locator(".st-key-campaign-more summary").click()
    page.get_by_text("Where people were lost").click()
    page.wait_for_selector(".losses")
    assert page.locator(".losses").get_attribute("data-unexplained") == "0"


def test_an_owner_pauses_and_resumes_the_ad(visit, launched):
    page = visit("/campaign", launch=str(launched(nth=4)), lang="en")
    until(page, state_is("LIVE"))
    page.locator(".st-key-order-pause button").click()
    until(page, state_is("PAUSED"))
    page.locator(".st-key-order-resume button").click()
    until(page, state_is("LIVE"))


def test_the_overview_has_a_row_for_each_campaign_and_leads_to_it(visit, launched):
    launch_id = launched(nth=5)
    page = visit("/", lang="en")
    row = page.locator(f".campaign-row[data-launch='{launch_id}']")
    row.wait_for()
    until(page, f"document.querySelector(\".campaign-row[data-launch='{launch_id}']\")?.dataset.state === 'LIVE'")
    until(page, f"!!document.querySelector(\".campaign-row[data-launch='{launch_id}'] img[src^='data:image/svg']\")")
    page.locator(f".st-key-next-now-{launch_id} button").click()
    page.wait_for_selector(".funnel")
    assert f"launch={launch_id}" in page.url


def test_an_arabic_campaign_fits_a_phone(visit, launched):
    page = visit("/campaign", width=390, height=844, launch=str(launched("nawwara", 1)), lang="ar")
    until(page, f"{state_is('LIVE')} && ({NUMBERS}).impressions > 0")
    assert page.evaluate("document.documentElement.lang") == "ar"
    assert page.evaluate("getComputedStyle(document.querySelector('.funnel')).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = "[...document.querySelectorAll('.studio *')].filter(e => e.getBoundingClientRect().width > 390).length"
    assert page.evaluate(wide) == 0


def test_a_link_to_no_campaign_says_so_and_leads_on(visit):
    page = visit("/campaign", launch="999999", lang="en")
    page.get_by_text("There is no such campaign").wait_for()
    page.get_by_text("All campaigns").click()
    page.wait_for_url(re.compile(r"/(\?|overview|$)"))
