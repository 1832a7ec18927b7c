"""The inbox in a browser, with real deliveries and with hostile text."""

import json
from datetime import UTC, datetime

import pytest

from lib.chats.ingest import ingest_webhooks
from lib.store import open_database
from tests.browser.conftest import settled

HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"


def _now():
    """Newest of all, so that it stands on the list's first page."""
    return str(int(datetime.now(UTC).timestamp()))


@pytest.fixture(scope="module")
def written(studio):
    """Two people wrote to the English shop, one of them hostile text."""
    messages = [
        {
            "from": f"4420000{n}",
            "id": f"wamid.inbox.{n}",
            "timestamp": _now(),
            "type": "text",
            "text": {"body": text},
        }
        for n, text in enumerate(["Is it still available?", HOSTILE])
    ]
    contacts = [{"wa_id": f"4420000{n}", "profile": {"name": name}} for n, name in enumerate(["Ada Byron", HOSTILE])]
    value = {"metadata": {}, "contacts": contacts, "messages": messages}
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode()
    with open_database(studio.database) as db:
        ingest_webhooks(db, body, now=datetime.now(UTC), shop_id="larkmere")


def test_a_conversation_opens_from_the_list_and_the_address_names_it(visit, written):
    page = visit("/chats", shop="larkmere", lang="en")
    page.get_by_placeholder("Find a person").fill("Ada")
    page.keyboard.press("Enter")
    settled(page)
    page.locator(".list [role=listitem]").filter(has_text="Ada Byron").get_by_role("button").click()
    page.get_by_role("log").get_by_text("Is it still available?").wait_for()
    assert "chat=" in page.url
    page.get_by_text("Regular customer").click()
    settled(page)
    page.reload()
    settled(page)
    assert page.get_by_role("log").get_by_text("Is it still available?").is_visible()


def test_what_customers_write_is_never_markup(visit, written):
    page = visit("/chats", shop="larkmere", lang="ar")
    page.locator(".list [role=listitem]").filter(has_text="onerror").get_by_role("button").first.click()
    page.get_by_role("log").get_by_text(HOSTILE).wait_for()
    assert page.locator("img[src=x]").count() == 0


def test_on_a_phone_there_is_one_column_at_a_time(visit, written):
    page = visit("/chats", width=390, height=844, shop="larkmere", lang="en")
    page.locator(".list [role=listitem]").get_by_role("button").first.click()
    page.get_by_role("log").wait_for()
    assert not page.locator(".list [role=listitem]").first.is_visible()
    page.get_by_role("button", name="All conversations").click()
    page.locator(".list [role=listitem]").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_numbers_say_what_they_are(visit, written):
    page = visit("/chats", shop="larkmere", lang="en")
    page.get_by_text("How the chats go").click()
    page.locator(".figures").wait_for()
    page.locator(".st-key-chats-numbers .origin", has_text="measured").wait_for()
    page.get_by_text("of those who write do so while nobody is there").wait_for()
