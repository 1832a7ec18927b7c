from datetime import timedelta

import pytest

from lib.chats import listing
from lib.chats.recording import ChatRecord, record
from lib.store import write_tx
from tests.chats.conftest import START

NOW = START + timedelta(hours=2)


def chat(number, **more):
    return ChatRecord(
        id=str(number), ad="A", placement="facebook_feed", person=str(number), started_s=60 * number, **more
    )


@pytest.fixture
def inbox(db, context):
    chats = [
        chat(1),
        chat(2),
        chat(3, replied_s=300, answered_by="desk", messages=2, over=True),
        chat(4, left_s=1000),
        chat(5, replied_s=400, answered_by="desk", messages=6, ordered_s=900, order_micro=45_000_000, units=1),
    ]
    with write_tx(db):
        record(db, context, chats)
    return db


def standings(db, which, **more):
    return [row.standing for row in listing.rows(db, "s", now=NOW, which=which, **more)]


def test_each_filter_shows_its_own_and_the_counts_agree(inbox):
    assert standings(inbox, "all") == ["ordered", "left", "replied", "waiting", "waiting"]
    for which, count in listing.counts(inbox, "s", me="me").items():
        assert len(standings(inbox, which, me="me")) == count
    assert standings(inbox, "lost") == ["left"]
    assert standings(inbox, "ordered") == ["ordered"]


def test_who_waits_longest_stands_first_and_waits_by_the_launch_s_own_clock(inbox):
    moments = {1: START + timedelta(minutes=10)}
    rows = listing.rows(inbox, "s", now=NOW, moments=moments, which="waiting")
    assert [row.wait_s for row in rows] == [540, 480]


def test_a_conversation_taken_is_mine_until_it_is_given_back(inbox):
    first = listing.rows(inbox, "s", now=NOW)[0].id
    listing.assign(inbox, first, "me")
    assert [r.id for r in listing.rows(inbox, "s", now=NOW, which="mine", me="me")] == [first]
    assert standings(inbox, "mine", me="other") == []
    listing.assign(inbox, first, "")
    assert standings(inbox, "mine", me="me") == []


def test_only_known_labels_are_kept(inbox):
    first = listing.rows(inbox, "s", now=NOW)[0].id
    listing.set_labels(inbox, first, ("vip", "<b>"))
    assert listing.one(inbox, "s", first, now=NOW).labels == ("vip",)


def test_people_are_found_by_name_and_by_ad(inbox):
    name = listing.rows(inbox, "s", now=NOW)[0].name
    assert listing.rows(inbox, "s", now=NOW, search=name.upper()[:4])
    assert listing.rows(inbox, "s", now=NOW, search="% _ nobody") == ()
    assert listing.ads(inbox, "s") == ("Blue shirt",)
    assert len(standings(inbox, "all", ad="Blue shirt")) == 5
    assert standings(inbox, "all", ad="Another") == []


def test_payment_is_asked_for_once(inbox):
    for _ in range(2):
        listing.ask_payment(inbox, 1, 4500, "EGP", NOW)
    assert inbox["payment_request"].count == 1


def test_another_shop_s_conversation_is_not_found(inbox):
    assert listing.one(inbox, "other", 1, now=NOW) is None
