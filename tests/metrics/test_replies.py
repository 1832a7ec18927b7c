"""Numbers of the inbox, against conversations counted by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from lib.catalog.shops import new_shop, save_shop
from lib.metrics.replies import replies, week
from lib.store import utc_text, write_tx

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # two in the morning in Cairo


@pytest.fixture
def shop(db):
    shop = new_shop(db, name="Nile", currency="EGP", now=MONDAY)
    save_shop(db, shop)
    rows = [(0, 60, None, 8, 500), (1, 600, None, 2, None), (2, None, 900, 1, None), (20, 240, None, 3, None)]
    with write_tx(db):
        for n, (hour, replied, left, messages, order) in enumerate(rows, start=1):
            at = MONDAY + timedelta(hours=hour)
            db["contact"].insert({"id": n, "shop_id": shop.id, "user_id": str(n), "origin": "measured"})
            ends = [utc_text(at + timedelta(seconds=s)) if s else None for s in (replied, left)]
            db["conversation"].insert(
                {"id": n, "shop_id": shop.id, "contact_id": n, "started_utc": utc_text(at), "replied_utc": ends[0],
                 "left_utc": ends[1], "messages": messages, "origin": "measured"}
            )  # fmt: skip
            if order:
                db["customer_order"].insert(
                    {"conversation_id": n, "currency": "EGP", "total_minor": order, "ordered_utc": "", "origin": "m"}
                )
    return shop


def test_replies_are_counted(db, shop):
    found = replies(db, shop.id)
    assert (found.chats, found.answered, found.lost, found.orders) == (4, 3, 1, 1)
    assert (found.median_s, found.within_target, found.depths) == (240, 2, (3, 2, 1))
    assert (found.answered_share, found.order_share, found.minor_per_chat) == (0.75, 0.25, 125)


def test_arrivals_stand_in_the_shop_s_own_week(db, shop):
    agents = [0] * 168
    agents[22] = 2
    found = week(db, shop.id, "Africa/Cairo", agents)
    assert [n for n, count in enumerate(found.arrivals) if count] == [2, 3, 4, 22]
    assert found.lost[4] == 1
    assert found.unstaffed == (3, 4)


def test_a_shop_without_chats_has_no_shares(db, shop):
    found = replies(db, "other")
    assert (found.chats, found.answered_share, found.median_s, found.p90_s) == (0, None, None, None)
