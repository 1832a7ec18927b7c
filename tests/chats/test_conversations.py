from dataclasses import replace
from datetime import timedelta

import pytest

from lib.chats.conversations import (
    count_conversations,
    get_conversation,
    list_conversations,
    messages_of,
    referral_of,
)
from lib.chats.recording import ChatRecord, record
from lib.store import write_tx
from tests.chats.conftest import START

NEW = ChatRecord(id="7", ad="A", placement="facebook_feed", person="42", started_s=600)
REPLIED = replace(NEW, replied_s=780, answered_by="desk", messages=5)
ORDERED = replace(REPLIED, ordered_s=3600, order_micro=1_000_010_000, units=3)
DELIVERED = replace(ORDERED, fate="delivered", fate_s=90_000)


def write(db, context, *chats):
    with write_tx(db):
        record(db, context, chats)


def only(db):
    (found,) = list_conversations(db, launch_id=1)
    return get_conversation(db, found.id)


def test_a_chat_begins_with_the_prefilled_message_under_its_ad(db, context):
    write(db, context, NEW)
    found = only(db)
    assert (found.standing, found.wait_s, found.first_message) == ("waiting", None, context.prefilled)
    assert found.started == START + timedelta(seconds=600)
    referral = referral_of(db, found.id)
    assert (referral.source_id, referral.headline, referral.welcome_message) == ("120", "Blue shirt", "Welcome!")
    assert referral.ctwa_clid


def test_a_chat_moves_on_without_being_written_twice(db, context):
    for chat in (NEW, REPLIED, ORDERED, DELIVERED, DELIVERED):
        write(db, context, chat)
    found = only(db)
    assert (found.standing, found.wait_s, found.messages) == ("ordered", 180, 5)
    assert found.order.delivered == START + timedelta(seconds=90_000)
    said = [(m.direction, m.sender) for m in messages_of(db, found.id)]
    assert said[:2] == [("in", "customer"), ("out", "desk")]
    assert (len(said), said[-1]) == (5, ("out", "desk"))


def test_an_order_is_its_lines_to_the_last_minor_unit(db, context):
    write(db, context, ORDERED)
    order = only(db).order
    assert order.total_minor == 100_001
    assert order.lines == (("shirt", 2, 33_334), ("shirt", 1, 33_333))


@pytest.mark.parametrize("fate", ["delivered", "refused", "returned"])
def test_a_parcel_ends_in_one_way(db, context, fate):
    write(db, context, replace(ORDERED, fate=fate, fate_s=90_000))
    order = only(db).order
    ends = {name for name in ("delivered", "refused", "returned") if getattr(order, name)}
    assert ends == {fate}


def test_chats_whose_mark_was_lost_show_no_ad(db, context):
    write(db, context, replace(NEW, referral=False))
    assert referral_of(db, only(db).id) is None


def test_conversations_are_listed_by_how_they_stand(db, context):
    write(
        db,
        context,
        replace(NEW, id="1", person="1"),
        replace(REPLIED, id="2", person="2"),
        replace(ORDERED, id="3", person="3"),
        replace(NEW, id="4", person="4", left_s=9000),
        replace(NEW, id="5", person="1", started_s=900),
    )
    counts = {s: count_conversations(db, shop_id="s", standing=s) for s in ("waiting", "replied", "left", "ordered")}
    assert counts == {"waiting": 2, "replied": 1, "left": 1, "ordered": 1}
    assert count_conversations(db, launch_id=1) == 5
    assert db["contact"].count == 4
    newest = list_conversations(db, launch_id=1, per_page=2)
    assert newest[0].started == START + timedelta(seconds=900)
    assert len(list_conversations(db, launch_id=1, page=3, per_page=2)) == 1
    assert {c.standing for c in list_conversations(db, shop_id="s", standing="left")} == {"left"}


def test_arabic_customers_are_answered_in_arabic(db, context):
    write(db, replace(context, language="ar", title="قميص"), ORDERED)
    texts = [m.text for m in messages_of(db, only(db).id)]
    assert "قميص" in texts[-1]
    assert all(any("\u0600" <= letter <= "\u06ff" for letter in text) for text in texts[1:])


def test_hostile_text_stays_text(db, context):
    hostile = "<script>alert(1)</script>\u202e"
    write(db, replace(context, prefilled=hostile), NEW)
    assert only(db).first_message == hostile
