"""Conversations to read: lists with the wait, one with its messages and order. Simulated and real ones alike."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from lib.store import parse_utc

Standing = Literal["waiting", "replied", "left", "ordered"]


@dataclass(frozen=True, slots=True)
class Order:
    total_minor: int
    currency: str
    ordered: datetime
    delivered: datetime | None
    refused: datetime | None
    returned: datetime | None
    lines: tuple[tuple[str, int, int], ...] = ()  # retailer id, quantity, price each in minor units


@dataclass(frozen=True, slots=True)
class Conversation:
    """`wait_s` is seconds to the first reply, or to leaving; None while the customer still waits."""

    id: int
    shop_id: str
    launch_id: int | None
    contact: str
    ad: str | None
    placement: str | None
    started: datetime
    replied: datetime | None
    answered_by: str | None
    left: datetime | None
    messages: int
    first_message: str
    order: Order | None
    origin: str

    @property
    def wait_s(self) -> int | None:
        until = self.replied or self.left
        return None if until is None else int((until - self.started).total_seconds())

    @property
    def standing(self) -> Standing:
        if self.order is not None:
            return "ordered"
        if self.replied is not None:
            return "replied"
        return "left" if self.left is not None else "waiting"


@dataclass(frozen=True, slots=True)
class Message:
    direction: Literal["in", "out"]
    sender: str
    kind: str
    text: str
    at: datetime
    status: str
    origin: str


@dataclass(frozen=True, slots=True)
class Referral:
    """The ad the customer came from, as the platform names it."""

    source_type: str
    source_id: str
    headline: str
    body: str
    media_type: str
    image_url: str
    ctwa_clid: str | None
    welcome_message: str


_STANDING_SQL = {
    "ordered": "o.id IS NOT NULL",
    "replied": "o.id IS NULL AND c.replied_utc IS NOT NULL",
    "left": "o.id IS NULL AND c.replied_utc IS NULL AND c.left_utc IS NOT NULL",
    "waiting": "o.id IS NULL AND c.replied_utc IS NULL AND c.left_utc IS NULL",
}
_SELECT = """
    SELECT c.id, c.shop_id, c.launch_id, COALESCE(NULLIF(k.name, ''), k.wa_id, k.user_id, '') AS contact, c.ad,
        c.placement, c.started_utc, c.replied_utc, c.answered_by, c.left_utc, c.messages, c.origin,
        (SELECT body_json FROM message m WHERE m.conversation_id = c.id ORDER BY m.at_utc, m.id LIMIT 1) AS first_json,
        o.id AS order_id, o.total_minor, o.currency, o.ordered_utc, o.delivered_utc, o.refused_utc, o.returned_utc
    FROM conversation c JOIN contact k ON k.id = c.contact_id LEFT JOIN customer_order o ON o.conversation_id = c.id
"""


def list_conversations(
    db: Database,
    *,
    shop_id: str | None = None,
    launch_id: int | None = None,
    standing: Standing | None = None,
    page: int = 1,
    per_page: int = 50,
) -> tuple[Conversation, ...]:
    """Newest first."""
    where, values = _where(shop_id, launch_id, standing)
    rows = db.query(
        f"{_SELECT} WHERE {where} ORDER BY c.started_utc DESC, c.id DESC LIMIT ? OFFSET ?",
        [*values, per_page, (max(1, page) - 1) * per_page],
    )
    return tuple(_conversation(row, ()) for row in rows)


def count_conversations(
    db: Database, *, shop_id: str | None = None, launch_id: int | None = None, standing: Standing | None = None
) -> int:
    where, values = _where(shop_id, launch_id, standing)
    return db.execute(
        f"SELECT COUNT(*) FROM conversation c LEFT JOIN customer_order o ON o.conversation_id = c.id WHERE {where}",
        values,
    ).fetchone()[0]


def get_conversation(db: Database, conversation_id: int) -> Conversation | None:
    for row in db.query(f"{_SELECT} WHERE c.id = ?", [conversation_id]):
        lines = db.execute(
            "SELECT retailer_id, quantity, price_minor FROM order_line WHERE order_id = ? ORDER BY line",
            [row["order_id"]],
        ).fetchall()
        return _conversation(row, lines)
    return None


def messages_of(db: Database, conversation_id: int) -> tuple[Message, ...]:
    rows = db.query("SELECT * FROM message WHERE conversation_id = ? ORDER BY at_utc, id", [conversation_id])
    return tuple(
        Message(
            direction=row["direction"],
            sender=row["sender"],
            kind=row["kind"],
            text=_text(row["body_json"]),
            at=parse_utc(row["at_utc"]),
            status=row["status"],
            origin=row["origin"],
        )
        for row in rows
    )


def referral_of(db: Database, conversation_id: int) -> Referral | None:
    for r in db.query("SELECT * FROM referral WHERE conversation_id = ?", [conversation_id]):
        return Referral(
            r["source_type"],
            r["source_id"],
            r["headline"],
            r["body"],
            r["media_type"],
            r["image_url"],
            r["ctwa_clid"],
            r["welcome_message"],
        )
    return None


def _where(shop_id: str | None, launch_id: int | None, standing: Standing | None) -> tuple[str, list[Any]]:
    tests, values = ["1"], []
    for column, value in (("c.shop_id", shop_id), ("c.launch_id", launch_id)):
        if value is not None:
            tests.append(f"{column} = ?")
            values.append(value)
    if standing is not None:
        tests.append(_STANDING_SQL[standing])
    return " AND ".join(tests), values


def _conversation(row: dict[str, Any], lines: Sequence[tuple[str, int, int]]) -> Conversation:
    order = None
    if row["order_id"] is not None:
        order = Order(
            total_minor=row["total_minor"],
            currency=row["currency"],
            ordered=parse_utc(row["ordered_utc"]),
            delivered=_moment(row["delivered_utc"]),
            refused=_moment(row["refused_utc"]),
            returned=_moment(row["returned_utc"]),
            lines=tuple(lines),
        )
    return Conversation(
        id=row["id"],
        shop_id=row["shop_id"],
        launch_id=row["launch_id"],
        contact=row["contact"],
        ad=row["ad"],
        placement=row["placement"],
        started=parse_utc(row["started_utc"]),
        replied=_moment(row["replied_utc"]),
        answered_by=row["answered_by"],
        left=_moment(row["left_utc"]),
        messages=row["messages"],
        first_message=_text(row["first_json"]),
        order=order,
        origin=row["origin"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_utc(text)


def _text(body_json: str | None) -> str:
    return str(json.loads(body_json).get("text", "")) if body_json else ""
