"""An ad from a catalog item to its launch: three clicks, edits that show at once, and what stands in the way."""

import re

import pytest
from playwright.sync_api import expect

from lib.launch.launches import list_launches
from lib.store import open_database
from tests.browser.conftest import settled

SHOPS = {"en": "larkmere", "ar": "nawwara"}
PREVIEW = ".st-key-create-preview"
HEADLINE = "Headline"


def advertise(visit, lang="en", place=0, **how):
    """The create page as one gets there: from a card of the catalog."""
    page = visit("/catalog", lang=lang, shop=SHOPS[lang], **how)
    page.locator("[class*='st-key-advertise-'] button:enabled").nth(place).click()
    page.wait_for_url("**/create?**")
    settled(page)
    page.locator(PREVIEW).wait_for()
    page.get_by_text(re.compile("orders|طلب")).first.wait_for()
    return page


def launches_of(studio, shop):
    with open_database(studio.database) as db:
        return list_launches(db, shop)


@pytest.mark.parametrize(("lang", "width"), [("en", 1440), ("en", 390), ("ar", 1440), ("ar", 390)])
def test_three_clicks_from_the_card_to_the_campaign(visit, studio, lang, width):
    place = 1 if width == 390 else 0
    page = advertise(visit, lang, place, width=width, height=844 if width == 390 else 900)
    draft_id = re.search(r"draft=(\w+)", page.url).group(1)
    launch = page.locator(".st-key-create-launch button")
    assert launch.bounding_box()["y"] + launch.bounding_box()["height"] <= page.viewport_size["height"]
    launch.click()
    page.locator(".st-key-create-confirm button").click()
    page.wait_for_url("**/campaign?**launch=*")
    assert f"lang={lang}" in page.url
    mine = [one for one in launches_of(studio, SHOPS[lang]) if one.draft_id == draft_id]
    assert [str(one.id) for one in mine] == re.findall(r"launch=(\d+)", page.url)


def test_a_draft_launched_in_one_tab_is_not_launched_again_in_another(visit, studio):
    first = advertise(visit, place=2)
    draft_id = re.search(r"draft=(\w+)", first.url).group(1)
    second = visit("/create", draft=draft_id, lang="en", shop="larkmere")
    for page in (first, second):
        page.locator(".st-key-create-launch button").click()
        page.locator(".st-key-create-confirm button").wait_for()
    for page in (first, second):
        page.locator(".st-key-create-confirm button").dblclick(no_wait_after=True)
        page.wait_for_url("**/campaign?**launch=*")
    assert first.url.split("launch=")[1] == second.url.split("launch=")[1]
    assert len([one for one in launches_of(studio, "larkmere") if one.draft_id == draft_id]) == 1
    again = visit("/create", draft=draft_id, lang="en", shop="larkmere")
    again.get_by_text("Open the campaign").wait_for()
    assert again.locator(".st-key-create-launch").count() == 0


def test_what_one_types_shows_on_the_phone_and_is_kept(visit):
    page = advertise(visit, place=3)
    page.get_by_label(HEADLINE, exact=True).fill("Fresh from the workshop")
    page.locator(PREVIEW).get_by_text("Fresh from the workshop").wait_for()
    settled(page)
    page.reload()
    settled(page)
    page.locator(PREVIEW).get_by_text("Fresh from the workshop").wait_for()
    assert page.get_by_label(HEADLINE, exact=True).input_value() == "Fresh from the workshop"


def test_hostile_text_stays_text(visit):
    page = advertise(visit, place=4)
    hostile = "<img src=x onerror=\"document.title='owned'\"><script>1</script>"
    page.get_by_label("Text", exact=True).fill(hostile)
    page.locator(PREVIEW).get_by_text("<img src=x").first.wait_for()
    page.get_by_role("radio", name="Chat", exact=True).locator("xpath=..").click()
    page.locator(PREVIEW).get_by_text("<img src=x").first.wait_for()
    assert page.locator("img[src='x']").count() == 0
    assert "owned" not in page.title()


def test_a_headline_too_long_is_told_beside_its_field_and_stops_nothing(visit):
    page = advertise(visit, place=5)
    page.get_by_label(HEADLINE, exact=True).fill("A headline longer than any phone shows, however wide it is")
    page.locator("[class*='-creatives-0-headline']").get_by_text("Only the first 40 characters show").wait_for()
    assert page.locator(".st-key-create-launch button").is_enabled()


def test_a_budget_below_the_minimum_stops_the_launch_and_says_why(visit):
    page = advertise(visit, place=6)
    page.get_by_label("Exact amount").fill("0.2")
    page.locator(".st-key-create-go").get_by_text("Too little").wait_for()
    assert page.locator(".st-key-create-launch button").is_disabled()
    page.get_by_label("Exact amount").fill("30")
    page.locator(".st-key-create-launch button:enabled").wait_for()
    page.locator("input[aria-valuetext='$30']").wait_for()


def test_the_lever_moves_amount_and_forecast(visit):
    page = advertise(visit, place=7)
    card = page.locator(".st-key-create-forecast")
    chats = card.locator("[data-figure='conversations'] .band")
    before = chats.inner_text()
    page.get_by_role("slider", name="Each day").focus()
    page.keyboard.press("End")
    expect(page.get_by_label("Exact amount")).to_have_value("2000")
    expect(chats).not_to_have_text(before)


def test_a_link_that_leads_nowhere_says_so_and_shows_the_way_on(visit):
    for query in ({}, {"item": "no-such-item"}, {"draft": "gone"}, {"from_launch": "999999"}):
        page = visit("/create", lang="en", shop="larkmere", **query)
        page.get_by_role("link", name="Choose an item").wait_for()


def test_two_versions_keep_their_own_words(visit):
    page = advertise(visit, place=8)
    mine = page.get_by_label(HEADLINE, exact=True).input_value()
    page.get_by_role("button", name="Try a second version against it").click()
    page.get_by_text("Version B").wait_for()
    settled(page)
    page.get_by_label(HEADLINE, exact=True).fill("The other way to say it")
    page.locator(PREVIEW).get_by_text("The other way to say it").wait_for()
    page.get_by_text("Version A").click()
    page.locator(PREVIEW).get_by_text(mine).first.wait_for()
    settled(page)
    expect(page.get_by_label(HEADLINE, exact=True)).to_have_value(mine)
    page.get_by_text("Version B").click()
    page.locator(PREVIEW).get_by_text("The other way to say it").wait_for()
    settled(page)
    expect(page.get_by_label(HEADLINE, exact=True)).to_have_value("The other way to say it")


def test_a_campaign_is_the_start_of_a_new_ad(visit, studio):
    page = advertise(visit, place=9)
    page.get_by_label(HEADLINE, exact=True).fill("Said once already")
    page.locator(PREVIEW).get_by_text("Said once already").wait_for()
    page.locator(".st-key-create-launch button").click()
    page.locator(".st-key-create-confirm button").click()
    page.wait_for_url("**/campaign?**launch=*")
    launch = next(one for one in launches_of(studio, "larkmere") if f"launch={one.id}" in page.url)
    again = visit("/create", from_launch=str(launch.id), lang="en", shop="larkmere")
    again.locator(PREVIEW).get_by_text("Said once already").wait_for()
    assert launch.draft_id not in again.url
    again.locator(".st-key-create-launch button:enabled").wait_for()
