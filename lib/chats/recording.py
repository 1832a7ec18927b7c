"""Conversations of the simulated platform into the tables that real ones use.

Writing the same chats again changes nothing; a chat that has moved on is brought up to date.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from lib.chats import transcript
from lib.chats.counter import Said, script
from lib.chats.transcript import Facts, Talk
from lib.money import micro_to_minor, split
from lib.store import utc_text

FATES = "delivered", "refused", "returned"


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """One chat as far as it is known. Moments are whole seconds since the plan's start."""

    id: str
    ad: str
    placement: str
    person: str
    started_s: int
    replied_s: int | None = None
    answered_by: str | None = None  # desk, bot, person
    left_s: int | None = None
    messages: int = 1
    ordered_s: int | None = None
    order_micro: int = 0
    units: int = 0
    recovered: bool = False  # ordered after a reminder
    fate: Literal["delivered", "refused", "returned"] | None = None
    fate_s: int | None = None
    clicked: bool = True  # False: wrote without a click on the ad's button
    referral: bool = True  # False: the ad's mark was lost on the way
    said: tuple[Said, ...] = ()  # what a person said, and what the customer made of it
    over: bool = False  # True: nothing more will be said, and no order will come


@dataclass(frozen=True, slots=True)
class AdCard:
    """What the customer saw above the chat."""

    source_id: str
    headline: str
    body: str
    image_url: str


@dataclass(frozen=True, slots=True)
class ChatContext:
    """Everything the chats of one launch share."""

    shop_id: str
    launch_id: int
    launch_key: str
    start: datetime
    currency: str
    language: str
    retailer_id: str
    title: str
    greeting: str
    prefilled: str
    cards: dict[str, AdCard]  # by ad
    shop_name: str = ""
    price_minor: int | None = None
    variants: tuple[str, ...] = ()
    available: bool = True

    @property
    def facts(self) -> Facts:
        shop = self.shop_name or self.title
        return Facts(
            self.language, self.currency, shop, self.title, self.price_minor, self.variants, self.available
        )  # fmt: skip

    def at(self, seconds: int) -> str:
        return utc_text(self.start.astimezone(UTC) + timedelta(seconds=seconds))

    def at_or_none(self, seconds: int | None) -> str | None:
        return None if seconds is None else self.at(seconds)


def record(db: Database, context: ChatContext, chats: Sequence[ChatRecord]) -> None:
    """Inside the caller's write transaction."""
    latest = list({chat.id: chat for chat in chats}.values())
    if not latest:
        return
    lines = {chat.id: said(context, chat) for chat in latest}
    contacts = _contacts(db, context, latest)
    ids = _conversations(db, context, latest, contacts, lines)
    _referrals(db, context, latest, ids)
    _messages(db, context, lines, ids)
    _orders(db, context, latest, ids)


def said(context: ChatContext, chat: ChatRecord) -> list[transcript.Line]:
    """The chat's lines as far as it is known."""
    if chat.said:
        return script(chat.id, context.facts, context.prefilled, chat.started_s, chat.said)
    total = micro_to_minor(chat.order_micro, context.currency)
    return transcript.write(chat, context.facts, total, context.prefilled)


def _ids(db: Database, table: str, key: str, scope: str, scope_id: str | int, keys: Sequence[str]) -> dict[str, int]:
    rows = db.execute(
        f"SELECT {key}, id FROM {table} WHERE {scope} = ? AND {key} IN (SELECT value FROM json_each(?))",
        [scope_id, json.dumps(list(keys))],
    )
    return dict(rows.fetchall())


def _contacts(db: Database, context: ChatContext, chats: Sequence[ChatRecord]) -> dict[str, int]:
    users = {chat.person: f"sim.{context.launch_key}.{chat.person}" for chat in chats}
    db.conn.executemany(
        "INSERT INTO contact (shop_id, user_id, name, language, origin) VALUES (?, ?, ?, ?, 'simulated') "
        "ON CONFLICT DO NOTHING",
        [(context.shop_id, user, Talk(context.facts, person).name, context.language) for person, user in users.items()],
    )
    ids = _ids(db, "contact", "user_id", "shop_id", context.shop_id, list(users.values()))
    return {person: ids[user] for person, user in users.items()}


_CHANGING = "replied_utc", "answered_by", "left_utc", "messages"


def _conversations(
    db: Database,
    context: ChatContext,
    chats: Sequence[ChatRecord],
    contacts: dict[str, int],
    lines: dict[str, list[transcript.Line]],
) -> dict[str, int]:
    sets = ", ".join(f"{c} = excluded.{c}" for c in _CHANGING)
    old = ", ".join(_CHANGING)
    new = ", ".join(f"excluded.{c}" for c in _CHANGING)
    db.conn.executemany(
        "INSERT INTO conversation (shop_id, contact_id, launch_id, platform_key, ad, placement, started_utc, "
        "replied_utc, answered_by, left_utc, messages, clicked, origin) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,'simulated') "
        f"ON CONFLICT (launch_id, platform_key) DO UPDATE SET {sets} WHERE ({old}) IS NOT ({new})",
        [
            (
                context.shop_id,
                contacts[c.person],
                context.launch_id,
                c.id,
                c.ad,
                c.placement,
                context.at(c.started_s),
                context.at_or_none(c.replied_s),
                c.answered_by,
                context.at_or_none(c.left_s),
                _count(c, lines[c.id]),
                int(c.clicked),
            )
            for c in chats
        ],
    )
    return _ids(db, "conversation", "platform_key", "launch_id", context.launch_id, [c.id for c in chats])


def _referrals(db: Database, context: ChatContext, chats: Sequence[ChatRecord], ids: dict[str, int]) -> None:
    db.conn.executemany(
        "INSERT INTO referral (conversation_id, source_type, source_id, headline, body, media_type, image_url, "
        "ctwa_clid, welcome_message) VALUES (?, 'ad', ?, ?, ?, 'image', ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (
                ids[c.id],
                card.source_id,
                card.headline,
                card.body,
                card.image_url,
                f"sim.{context.launch_key}.{c.id}",
                context.greeting,
            )
            for c in chats
            if c.referral
            for card in [context.cards[c.ad]]
        ],
    )


def _count(chat: ChatRecord, lines: Sequence[transcript.Line]) -> int:
    """What the chat comes to in the end: counted once it is at its end, the engine's own number before."""
    at_its_end = chat.said or chat.over or chat.ordered_s is not None or chat.replied_s is None
    return len(lines) if at_its_end else max(chat.messages, len(lines))


def _messages(db: Database, context: ChatContext, lines: dict[str, list[transcript.Line]], ids: dict[str, int]) -> None:
    db.conn.executemany(
        "INSERT INTO message (conversation_id, wamid, direction, sender, kind, body_json, at_utc, origin) "
        "VALUES (?, ?, ?, ?, 'text', ?, ?, 'simulated') ON CONFLICT DO NOTHING",
        [
            (
                ids[chat_id],
                f"sim.{context.launch_key}.{chat_id}.{number}",
                "in" if line.sender == "customer" else "out",
                line.sender,
                json.dumps({"text": line.text, "intent": line.intent}, ensure_ascii=False),
                context.at(line.second),
            )
            for chat_id, written in lines.items()
            for number, line in enumerate(written)
        ],
    )


def _orders(db: Database, context: ChatContext, chats: Sequence[ChatRecord], ids: dict[str, int]) -> None:
    ordered = [c for c in chats if c.ordered_s is not None]
    new = "excluded.delivered_utc, excluded.refused_utc, excluded.returned_utc"
    db.conn.executemany(
        "INSERT INTO customer_order (conversation_id, currency, total_minor, ordered_utc, delivered_utc, refused_utc, "
        "returned_utc, recovered, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'simulated') ON CONFLICT (conversation_id) "
        f"DO UPDATE SET (delivered_utc, refused_utc, returned_utc) = ({new}) "
        f"WHERE (delivered_utc, refused_utc, returned_utc) IS NOT ({new})",
        [_order_row(context, ids[c.id], c) for c in ordered],
    )
    order_ids = dict(
        db.execute(
            "SELECT conversation_id, id FROM customer_order WHERE conversation_id IN (SELECT value FROM json_each(?))",
            [json.dumps([ids[c.id] for c in ordered])],
        ).fetchall()
    )
    db.conn.executemany(
        "INSERT INTO order_line (order_id, line, retailer_id, quantity, price_minor) VALUES (?,?,?,?,?) "
        "ON CONFLICT DO NOTHING",
        [
            (order_ids[ids[c.id]], line, context.retailer_id, quantity, price)
            for c in ordered
            for line, (quantity, price) in enumerate(_lines(context, c), start=1)
        ],
    )


def _order_row(context: ChatContext, conversation_id: int, chat: ChatRecord) -> tuple[int | str | None, ...]:
    ends = [context.at_or_none(chat.fate_s) if chat.fate == fate else None for fate in FATES]
    total = micro_to_minor(chat.order_micro, context.currency)
    return conversation_id, context.currency, total, context.at_or_none(chat.ordered_s), *ends, int(chat.recovered)


def _lines(context: ChatContext, chat: ChatRecord) -> list[tuple[int, int]]:
    """(quantity, price each) that add up to the order's total to the last minor unit."""
    units = max(1, chat.units)
    prices = split(micro_to_minor(chat.order_micro, context.currency), [1] * units)
    return [(prices.count(price), price) for price in sorted(set(prices), reverse=True)]
