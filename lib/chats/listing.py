"""The inbox's list: who wrote, what was said last, how long somebody waits. Quick with tens of thousands of chats."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from lib.store import parse_utc, utc_text, write_tx

Which = Literal["all", "waiting", "mine", "ordered", "lost"]
WHICH: tuple[Which, ...] = ("all", "waiting", "mine", "ordered", "lost")
LABELS = ("follow_up", "vip", "complaint", "spam")

_WHERE = {
    "all": "1",
    "waiting": "c.replied_utc IS NULL AND c.left_utc IS NULL AND o.id IS NULL",
    "mine": "c.assigned_to = :me",
    "ordered": "o.id IS NOT NULL",
    "lost": "c.replied_utc IS NULL AND c.left_utc IS NOT NULL AND o.id IS NULL",
}
_JOIN = "conversation c JOIN contact k ON k.id = c.contact_id LEFT JOIN customer_order o ON o.conversation_id = c.id"
# the page is cut out first, so that the last message is looked up for its rows only
_LISTED = f"""
    WITH part AS (
        SELECT c.*, COALESCE(NULLIF(k.name, ''), k.wa_id, k.user_id, '') AS who, o.total_minor,
            o.currency AS order_currency, o.ordered_utc
        FROM {_JOIN} WHERE c.shop_id = :shop AND {{where}} ORDER BY {{order}}, c.id LIMIT :limit OFFSET :offset
    )
    SELECT part.*, (SELECT body_json FROM message m WHERE m.conversation_id = part.id
        ORDER BY at_utc DESC, m.id DESC LIMIT 1) AS last_json
    FROM part
"""


@dataclass(frozen=True, slots=True)
class Row:
    """`standing` is waiting, replied, left or ordered; `wait_s` runs on while somebody waits."""

    id: int
    name: str
    launch_id: int | None
    ad: str
    said: str
    at: datetime
    standing: str
    wait_s: int
    labels: tuple[str, ...]
    assigned_to: str
    origin: str
    total_minor: int | None
    currency: str


def rows(
    db: Database,
    shop_id: str,
    *,
    now: datetime,
    moments: Mapping[int, datetime] | None = None,
    which: Which = "all",
    ad: str | None = None,
    search: str = "",
    me: str = "",
    page: int = 1,
    per_page: int = 40,
) -> tuple[Row, ...]:
    """One page of the list, newest first; of those who wait, the longest wait first.

    `moments` is where simulated time stands in each running launch; elsewhere it is `now`.
    """
    where, order = (
        _WHERE[which] + _more(ad, search),
        "c.started_utc ASC" if which == "waiting" else "c.started_utc DESC",
    )
    values = _values(shop_id, ad, search, me) | {"limit": per_page, "offset": (max(1, page) - 1) * per_page}
    found = db.query(_LISTED.format(where=where, order=order), values)
    return tuple(_row(r, (moments or {}).get(r["launch_id"], now)) for r in found)


def one(db: Database, shop_id: str, conversation_id: int, *, now: datetime) -> Row | None:
    values = {"shop": shop_id, "chat": conversation_id, "limit": 1, "offset": 0}
    found = db.query(_LISTED.format(where="c.id = :chat", order="c.id"), values)
    return next((_row(r, now) for r in found), None)


def counts(db: Database, shop_id: str, *, ad: str | None = None, search: str = "", me: str = "") -> dict[str, int]:
    """How many each filter shows."""
    sums = ", ".join(f"COALESCE(SUM({_WHERE[which]}), 0)" for which in WHICH)
    row = db.execute(
        f"SELECT {sums} FROM {_JOIN} WHERE c.shop_id = :shop{_more(ad, search)}", _values(shop_id, ad, search, me)
    ).fetchone()
    return dict(zip(WHICH, row, strict=True))


def ads(db: Database, shop_id: str) -> tuple[str, ...]:
    """Headlines chats of the shop came from."""
    return tuple(
        name
        for (name,) in db.execute(
            "SELECT DISTINCT r.headline FROM referral r JOIN conversation c ON c.id = r.conversation_id "
            "WHERE c.shop_id = ? AND r.headline <> '' ORDER BY 1 LIMIT 200",
            [shop_id],
        ).fetchall()
    )


def _more(ad: str | None, search: str) -> str:
    text = " AND c.id IN (SELECT conversation_id FROM referral WHERE headline = :ad)" if ad else ""
    return text + (
        " AND instr(lower(COALESCE(k.name, '') || ' ' || COALESCE(k.wa_id, '')), :search) > 0" if search else ""
    )


def _values(shop_id: str, ad: str | None, search: str, me: str) -> dict[str, Any]:
    return {"shop": shop_id, "ad": ad, "search": search.strip().lower(), "me": me or "\x00"}


def _row(r: dict[str, Any], now: datetime) -> Row:
    started = parse_utc(r["started_utc"])
    ended = r["replied_utc"] or r["left_utc"]
    until = parse_utc(ended) if ended else max(now, started)
    standing = (
        "ordered"
        if r["total_minor"] is not None
        else "replied"
        if r["replied_utc"]
        else "left"
        if r["left_utc"]
        else "waiting"
    )
    said = json.loads(r["last_json"]) if r["last_json"] else {}
    return Row(
        id=r["id"],
        name=r["who"],
        launch_id=r["launch_id"],
        ad=r["ad"] or "",
        said=str(said.get("text") or ""),
        at=started,
        standing=standing,
        wait_s=int((until - started).total_seconds()),
        labels=tuple(json.loads(r["labels_json"])),
        assigned_to=r["assigned_to"],
        origin=r["origin"],
        total_minor=r["total_minor"],
        currency=r["order_currency"] or "",
    )


def set_labels(db: Database, conversation_id: int, labels: tuple[str, ...]) -> None:
    known = [label for label in LABELS if label in labels]
    with write_tx(db):
        db.conn.execute("UPDATE conversation SET labels_json = ? WHERE id = ?", [json.dumps(known), conversation_id])


def assign(db: Database, conversation_id: int, person: str) -> None:
    """To a person, or to nobody with an empty name."""
    with write_tx(db):
        db.conn.execute("UPDATE conversation SET assigned_to = ? WHERE id = ?", [person[:80], conversation_id])


def ask_payment(db: Database, conversation_id: int, amount_minor: int, currency: str, now: datetime) -> None:
    """A request for the order's money. Asking twice for the same is one request."""
    with write_tx(db):
        db.conn.execute(
            "INSERT INTO payment_request (conversation_id, currency, amount_minor, asked_utc, origin) "
            "SELECT id, ?, ?, ?, origin FROM conversation WHERE id = ? AND NOT EXISTS (SELECT 1 FROM payment_request "
            "WHERE conversation_id = ? AND amount_minor = ?)",
            [currency, amount_minor, utc_text(now), conversation_id, conversation_id, amount_minor],
        )
