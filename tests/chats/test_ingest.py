"""Real deliveries, with the answers counted by hand in the table of their origins."""

import json
from datetime import UTC, datetime

import pytest

from lib.chats.conversations import list_conversations
from lib.chats.ingest import NotDeliveries, ingest_webhooks
from tests.conftest import SAMPLES

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PYWA = SAMPLES / "whatsapp_webhooks" / "pywa"
KINDS = {
    "text": 5, "reaction": 3, "image": 2, "audio": 2, "sticker": 2, "location": 2, "unsupported": 2, "video": 1,
    "document": 1, "contacts": 1, "order": 1, "interactive": 1,
}  # fmt: skip


def read(db, name, **more):
    return ingest_webhooks(db, (PYWA / f"{name}.json").read_bytes(), now=NOW, **more)


def one(name, kind):
    """A delivery of the sample under a message id of its own: the samples all have the same."""
    payload = json.loads((PYWA / f"{name}.json").read_text())[kind]
    payload["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = f"wamid.{kind}"
    return json.dumps(payload).encode()


def test_messages_of_all_kinds_are_counted(db, shop):
    report = read(db, "message")
    assert (report["deliveries"], report["messages"], report["kinds"]) == (23, 23, KINDS)
    assert (report["referrals"], report["with_click_id"], report["with_errors"]) == (1, 1, 2)
    assert report["orders"] == [{"lines": 3, "total_minor": 18_000, "currency": "ILS"}]


def test_statuses_are_counted(db, shop):
    report = read(db, "message_status")
    assert report["statuses"] == 7
    assert report["status_kinds"] == {"sent": 2, "read": 2, "delivered": 1, "played": 1, "failed": 1}


@pytest.mark.parametrize("name", ["callback_button", "callback_selection", "system", "template_status_update",
                                  "user_marketing_preferences"])  # fmt: skip
def test_no_delivery_is_dropped(db, shop, name):
    report = read(db, name)
    told = report["messages"] + report["statuses"] + report["number_changes"] + report["other"]
    assert told == report["deliveries"] == db["webhook_inbox"].count > 0


def test_the_same_file_again_adds_nothing(db, shop):
    assert read(db, "message")["added"]["messages"] > 0
    before = db["message"].count, db["conversation"].count
    assert set(read(db, "message")["added"].values()) == {0}
    assert (db["message"].count, db["conversation"].count) == before


def test_a_message_from_an_ad_keeps_all_that_is_known_of_the_ad(db, shop):
    ingest_webhooks(db, one("message", "referral"), now=NOW)
    (row,) = db["referral"].rows
    assert (row["ctwa_clid"], row["source_id"], row["headline"]) == ("CTWA_CLID", "ADID", "AD_TITLE")
    assert (row["video_url"], row["thumbnail_url"]) == ("RAW_VIDEO_URL", "RAW_THUMBNAIL_URL")
    (chat,) = list_conversations(db, shop_id=shop.id)
    assert (chat.first_message, chat.origin, chat.standing) == ("BODY", "measured", "waiting")


def test_an_order_becomes_an_order_with_its_lines(db, shop):
    ingest_webhooks(db, one("message", "order"), now=NOW)
    (order,) = db["customer_order"].rows
    assert (order["total_minor"], order["currency"]) == (18_000, "ILS")
    lines = db.execute("SELECT retailer_id, quantity, price_minor FROM order_line ORDER BY line").fetchall()
    assert lines == [("HAMBURGER", 3, 3000), ("FRENCH_FRIES", 2, 3500), ("SODA", 2, 1000)]


def test_a_customer_without_a_phone_number_is_known_by_the_business_scoped_id(db, shop):
    payload = json.loads(one("message", "text"))
    value = payload["entry"][0]["changes"][0]["value"]
    del value["messages"][0]["from"], value["contacts"][0]["wa_id"]
    ingest_webhooks(db, json.dumps(payload).encode(), now=NOW)
    (contact,) = db["contact"].rows
    assert (contact["wa_id"], contact["user_id"]) == (None, "US.13491208655302741918")


def test_a_changed_number_stays_the_same_person(db, shop):
    ingest_webhooks(db, one("message", "text"), now=NOW)
    read(db, "system")
    (contact,) = db["contact"].rows
    assert contact["wa_id"] == "972912345678"


def test_deliveries_to_a_number_nobody_has_are_set_aside(db):
    report = read(db, "callback_button")
    assert report["set_aside"] == {"unknown_number": 3}
    assert db["message"].count == 0
    assert db["webhook_inbox"].count == 3


def test_a_shop_named_beside_the_file_takes_them(db):
    from lib.catalog.shops import new_shop, save_shop

    other = new_shop(db, name="Other", currency="ILS", now=NOW)
    save_shop(db, other)
    assert read(db, "callback_button", shop_id=other.id)["added"]["messages"] == 3


@pytest.mark.parametrize("data", [b"", b"hello", b"{}", b'{"a": 1}', b"[1, 2]", b"\xff\xff", b"[" * 2000])
def test_a_file_of_something_else_is_refused(db, data):
    with pytest.raises(NotDeliveries):
        ingest_webhooks(db, data, now=NOW)


@pytest.mark.parametrize(
    "message",
    [
        {"id": 5}, {"id": "w", "timestamp": "yesterday", "type": "text", "from": "1"}, {"type": ["text"]},
        {"id": "w", "timestamp": True, "type": "text", "from": "1"}, {"from": {"a": 1}},
        {"id": "w", "timestamp": "1697043223", "type": "order", "from": "1", "order": {"product_items": [{"a": 1}]}},
        {"id": "w", "timestamp": "1697043223", "type": "text", "from": "1", "text": "flat", "referral": ["odd"]},
        {"id": "w", "timestamp": "1697043223", "type": "text", "from": "1", "text": {"body": "\ud83d half \x00"}},
    ],
)  # fmt: skip
def test_odd_messages_break_nothing(db, shop, message):
    value = {"metadata": {"display_phone_number": "972123456789"}, "contacts": "none", "messages": [message]}
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode()
    report = ingest_webhooks(db, body, now=NOW)
    assert report["messages"] + report["other"] == 1
    list_conversations(db, shop_id=shop.id)
