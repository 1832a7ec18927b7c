"""Deliveries from a file, read as if they had just come, and a report of what they said."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from lib.chats import inbox, threads, webhooks
from lib.store import utc_text, write_tx


class NotDeliveries(ValueError):
    """The file holds nothing that looks like a delivery."""


def ingest_webhooks(db: Database, data: bytes, *, now: datetime, shop_id: str | None = None) -> dict[str, Any]:
    """Reads one delivery, a list of them, an object of named ones, or one a line. Raises NotDeliveries.

    Reading the same file again adds nothing. `shop_id` says whose they are; without it the number they were sent to
    does. The report counts what the file says; `added` and `set_aside` what that did to the tables.
    """
    payloads = list(_payloads(data))
    if not payloads:
        raise NotDeliveries("no webhook deliveries in it: a JSON object with `entry` is needed")
    before = _counts(db)
    problems: Counter[str] = Counter()
    told = [webhooks.events(payload) for payload in payloads]
    for payload, found in zip(payloads, told, strict=True):
        with write_tx(db):
            problems.update(_take(db, payload, found, now, shop_id))
    after = _counts(db)
    return {
        "deliveries": len(payloads),
        **summary([event for found in told for event in found]),
        "added": {name: after[name] - before[name] for name in after},
        "set_aside": dict(problems),
    }


def _take(
    db: Database, payload: dict[str, Any], found: list[webhooks.Event], now: datetime, shop_id: str | None
) -> set[str]:
    body = json.dumps(payload, ensure_ascii=False).encode()
    digest = inbox.digest_of(body)
    db.conn.execute(
        "INSERT INTO webhook_inbox (digest, body, received_utc) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [digest, body, utc_text(now)],
    )
    number = db.execute("SELECT id FROM webhook_inbox WHERE digest = ?", [digest]).fetchone()[0]
    problems = webhooks.apply(db, found, inbox_id=number, shop_id=shop_id)
    inbox.done(db, number, ",".join(sorted(problems)), now)
    return problems


def summary(found: list[webhooks.Event]) -> dict[str, Any]:
    """What the events say, before anything is compared with what is known."""
    messages = [e for e in found if e.kind in ("message", "echo")]
    systems = [e for e in found if e.kind == "renumbered"]
    statuses = [e for e in found if e.kind == "status"]
    referrals = [r for e in messages if isinstance(r := e.body.get("referral"), dict)]
    return {
        "messages": len(messages),
        "kinds": dict(Counter(str(e.body.get("type")) for e in messages).most_common()),
        "referrals": len(referrals),
        "with_click_id": sum(bool(r.get("ctwa_clid")) for r in referrals),
        "orders": [order for e in messages if (order := _order(e))],
        "with_errors": sum("errors" in e.body for e in messages),
        "statuses": len(statuses),
        "status_kinds": dict(Counter(str(e.body.get("status")) for e in statuses).most_common()),
        "number_changes": len(systems),
        "other": sum(e.kind == "other" for e in found),
    }


def _order(event: webhooks.Event) -> dict[str, Any] | None:
    cart = threads.cart_of(webhooks.message_of(event)) if event.body.get("type") == "order" else None
    if cart is None:
        return None
    currency, lines = cart
    total = sum(quantity * price for _, quantity, price in lines)
    return {"lines": len(lines), "total_minor": total, "currency": currency}


def _payloads(data: bytes) -> Iterator[dict[str, Any]]:
    whole = inbox.parse(data, any_shape=True)
    if whole is None:
        for line in data.splitlines():
            yield from _deliveries(inbox.parse(line, any_shape=True))
    else:
        yield from _deliveries(whole)


def _deliveries(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and isinstance(value.get("entry"), list):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            if isinstance(part, dict) and isinstance(part.get("entry"), list):
                yield part


def _counts(db: Database) -> dict[str, int]:
    tables = {
        "contacts": "contact",
        "conversations": "conversation",
        "messages": "message",
        "statuses": "message_status",
        "orders": "customer_order",
        "other": "webhook_event",
    }
    return {name: db[table].count for name, table in tables.items()}
