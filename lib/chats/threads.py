"""A person's messages cut into conversations: the same cuts whatever the order in which the messages came.

A conversation begins with a click on an ad, or with a message after a silence of three days.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from sqlite_utils import Database

from lib.money import UnknownCurrency, minor_per_unit
from lib.store import parse_utc, utc_text

SILENCE = timedelta(hours=72)
_RANK = ("sent", "delivered", "read", "played", "failed")  # failed is final
_REFERRAL = (
    "source_type", "source_id", "source_url", "headline", "body", "media_type", "image_url", "video_url",
    "thumbnail_url",
)  # fmt: skip
_NOT_COUNTED = ("reaction",)


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it came."""

    wamid: str
    direction: Literal["in", "out"]
    sender: str
    kind: str
    body: dict[str, Any]
    at: str


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    conversation: int
    message: Written

    @property
    def referral(self) -> dict[str, Any] | None:
        found = self.message.body.get("referral")
        return found if isinstance(found, dict) and found else None


def add_message(db: Database, contact: int, written: Written) -> None:
    """The message, in some conversation of the contact; `rebuild` puts it into the right one. Known ones stay."""
    if db.execute("SELECT 1 FROM message WHERE wamid = ?", [written.wamid]).fetchone():
        return
    row = db.execute(
        "SELECT id FROM conversation WHERE contact_id = ? AND origin = 'measured' LIMIT 1", [contact]
    ).fetchone()
    conversation = row[0] if row else _new_conversation(db, contact, written.at)
    db.conn.execute(
        "INSERT INTO message (conversation_id, wamid, direction, sender, kind, body_json, at_utc, origin) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'measured')",
        [
            conversation,
            written.wamid,
            written.direction,
            written.sender,
            written.kind,
            json.dumps(written.body),
            written.at,
        ],
    )


def _new_conversation(db: Database, contact: int, at: str) -> int:
    return int(
        db.conn.execute(
            "INSERT INTO conversation (shop_id, contact_id, started_utc, origin) "
            "SELECT shop_id, id, ?, 'measured' FROM contact WHERE id = ?",
            [at, contact],
        ).lastrowid
    )


def rebuild(db: Database, contact: int) -> None:
    """The contact's conversations as its messages say. Labels and assignments stay with the conversation."""
    before = [
        row[0]
        for row in db.execute(
            "SELECT id FROM conversation WHERE contact_id = ? AND origin = 'measured' ORDER BY id", [contact]
        ).fetchall()
    ]
    used: set[int] = set()
    for part in _cut(_messages(db, contact)):
        own = sorted({row.conversation for row in part} - used)
        conversation = own[0] if own else _new_conversation(db, contact, part[0].message.at)
        used.add(conversation)
        db.conn.executemany(
            "UPDATE message SET conversation_id = ? WHERE id = ? AND conversation_id <> ?",
            [(conversation, row.id, conversation) for row in part],
        )
        _describe(db, conversation, part)
    for gone in set(before) - used:
        db.conn.execute("DELETE FROM conversation WHERE id = ?", [gone])


def _messages(db: Database, contact: int) -> list[_Row]:
    rows = db.query(
        "SELECT m.* FROM message m JOIN conversation c ON c.id = m.conversation_id "
        "WHERE c.contact_id = ? AND c.origin = 'measured' ORDER BY m.at_utc, m.wamid",
        [contact],
    )
    return [
        _Row(
            r["id"],
            r["conversation_id"],
            Written(
                r["wamid"] or "", r["direction"], r["sender"], r["kind"], json.loads(r["body_json"]), r["at_utc"]
            ),
        )
        for r in rows
    ]  # fmt: skip


def _cut(rows: Sequence[_Row]) -> list[list[_Row]]:
    parts: list[list[_Row]] = []
    for row in rows:
        if not parts or (row.message.direction == "in" and _begins(parts[-1], row)):
            parts.append([])
        parts[-1].append(row)
    return parts


def _begins(part: Sequence[_Row], row: _Row) -> bool:
    if parse_utc(row.message.at) - parse_utc(part[-1].message.at) > SILENCE:
        return True
    new = row.referral
    return new is not None and all(_click(new) != _click(old) for r in part if (old := r.referral)) and any(
        r.message.direction == "in" for r in part
    )  # fmt: skip


def _click(referral: dict[str, Any]) -> tuple[str, str]:
    return str(referral.get("ctwa_clid") or ""), str(referral.get("source_id") or "")


def _describe(db: Database, conversation: int, part: Sequence[_Row]) -> None:
    inward = [row for row in part if row.message.direction == "in"]
    first = (inward or part)[0].message
    reply = next((r.message for r in part if r.message.direction == "out" and r.message.at >= first.at), None)
    referral = next((row.referral for row in inward if row.referral), None)
    launch, ad = _advertised(db, referral)
    _write_statuses(db, part)
    db.conn.execute(
        "UPDATE conversation SET started_utc = ?, replied_utc = ?, answered_by = ?, messages = ?, launch_id = ?, "
        "ad = ?, wrote_utc = ?, free_until_utc = ? WHERE id = ?",
        [
            first.at,
            reply.at if reply and inward else None,
            reply.sender if reply and inward else None,
            sum(row.message.kind not in _NOT_COUNTED for row in part),
            launch,
            ad,
            inward[-1].message.at if inward else None,
            _free_until(db, part),
            conversation,
        ],
    )
    _write_referral(db, conversation, referral)
    _write_order(db, conversation, inward)


def _advertised(db: Database, referral: dict[str, Any] | None) -> tuple[int | None, str | None]:
    """The launch and the ad a click came from, by the ad's id on the platform."""
    source = (referral or {}).get("source_id")
    if not isinstance(source, str) or not source:
        return None, None
    row = db.execute(
        "SELECT l.id, json_extract(l.spec_json, '$.creatives[' || (CAST(substr(j.step, 4) AS INTEGER) - 1) || '].name')"
        " FROM journal j JOIN launch l ON l.id = j.launch_id WHERE j.remote_id = ? AND j.step GLOB 'ad/[0-9]*' LIMIT 1",
        [source],
    ).fetchone()
    return (row[0], row[1]) if row else (None, None)


def _write_statuses(db: Database, part: Sequence[_Row]) -> None:
    for row in part:
        if row.message.direction != "out" or not row.message.wamid:
            continue
        known = {s for (s,) in db.execute("SELECT status FROM message_status WHERE wamid = ?", [row.message.wamid])}
        best = max((s for s in known if s in _RANK), key=_RANK.index, default="")
        if best:
            db.conn.execute("UPDATE message SET status = ? WHERE id = ? AND status <> ?", [best, row.id, best])


def _free_until(db: Database, part: Sequence[_Row]) -> str | None:
    """The end of the free window as a status names it; no such status, no such end."""
    ids = [row.message.wamid for row in part if row.message.direction == "out"]
    if not ids:
        return None
    rows = db.execute(
        "SELECT json_extract(body_json, '$.conversation.expiration_timestamp') FROM message_status WHERE wamid IN "
        "(SELECT value FROM json_each(?)) AND (json_extract(body_json, '$.conversation.origin.type') = "
        "'referral_conversion' OR json_extract(body_json, '$.pricing.type') = 'free_entry_point')",
        [json.dumps(ids)],
    ).fetchall()
    ends = [int(end) for (end,) in rows if str(end or "").isdecimal() and len(str(end)) <= 10]
    return utc_text(datetime.fromtimestamp(max(ends), UTC)) if ends else None


def _write_referral(db: Database, conversation: int, referral: dict[str, Any] | None) -> None:
    db.conn.execute("DELETE FROM referral WHERE conversation_id = ?", [conversation])
    if referral is None:
        return
    texts = [str(referral.get(name) or "")[:4000] for name in _REFERRAL]
    clid, welcome = referral.get("ctwa_clid"), referral.get("welcome_message")
    greeting = welcome.get("text") if isinstance(welcome, dict) else ""
    db.conn.execute(
        f"INSERT INTO referral (conversation_id, {', '.join(_REFERRAL)}, ctwa_clid, welcome_message) "
        f"VALUES (?, {', '.join('?' * len(_REFERRAL))}, ?, ?)",
        [conversation, *texts, clid if isinstance(clid, str) and clid else None, str(greeting or "")[:4000]],
    )


def _write_order(db: Database, conversation: int, inward: Sequence[_Row]) -> None:
    """The last cart the customer sent is the order."""
    carts = [
        (row.message.at, lines) for row in inward if row.message.kind == "order" and (lines := cart_of(row.message))
    ]
    if not carts:
        db.conn.execute("DELETE FROM customer_order WHERE conversation_id = ? AND cart", [conversation])
        return
    at, (currency, lines) = carts[-1]
    total = sum(quantity * price for _, quantity, price in lines)
    row = db.execute(
        "INSERT INTO customer_order (conversation_id, currency, total_minor, ordered_utc, cart, origin) "
        "VALUES (?, ?, ?, ?, 1, 'measured') ON CONFLICT (conversation_id) DO UPDATE SET currency = excluded.currency, "
        "total_minor = excluded.total_minor, ordered_utc = excluded.ordered_utc, cart = 1 RETURNING id",
        [conversation, currency, total, at],
    ).fetchone()
    db.conn.execute("DELETE FROM order_line WHERE order_id = ?", [row[0]])
    db.conn.executemany(
        "INSERT INTO order_line (order_id, line, retailer_id, quantity, price_minor) VALUES (?, ?, ?, ?, ?)",
        [(row[0], number, *line) for number, line in enumerate(lines, start=1)],
    )


def cart_of(message: Written) -> tuple[str, list[tuple[str, int, int]]] | None:
    """Currency and (item, quantity, price each in minor units); None where it can not be read as one."""
    content = message.body.get("content")
    items = content.get("product_items") if isinstance(content, dict) else None
    if not isinstance(items, list) or not items or not all(isinstance(i, dict) for i in items):
        return None
    currencies = {i.get("currency") for i in items}
    currency = currencies.pop()
    if currencies or not isinstance(currency, str):
        return None
    try:
        unit = minor_per_unit(currency)
        lines = [
            (str(i["product_retailer_id"]), int(i["quantity"]), _minor(Decimal(str(i["item_price"])), unit))
            for i in items
        ]
    except (UnknownCurrency, InvalidOperation, ValueError, KeyError, TypeError, OverflowError):
        return None
    sound = all(0 < quantity < 10**6 and 0 <= price < 10**12 for _, quantity, price in lines)
    return (currency, lines) if sound else None


def _minor(amount: Decimal, unit: int) -> int:
    if not amount.is_finite() or abs(amount) >= 10**12:
        raise ValueError("not an amount")
    return int((amount * unit).to_integral_value())
