"""What a delivery of WhatsApp's Cloud API says, as events; and the events into the tables.

Deliveries come more than once, in any order and in several kinds that nobody has announced. So every event has an
identity, tables are brought to the same state whatever the order, and what is not understood is kept.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from lib.chats import people, threads
from lib.chats.people import Person
from lib.store import utc_text

Fields = dict[str, Any]
FIRST_SECOND = 1_230_768_000  # 2009: before that there was no WhatsApp
LAST_SECOND = 4_102_444_800
LONGEST_ID = 512


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is UTC text as in the tables, empty where the event names no moment. `number` is the shop's own."""

    kind: str  # message, echo, status, renumbered, other
    at: str
    number: str
    body: Fields = field(default_factory=dict)
    person: Person | None = None
    key: str = ""  # the message's id


def events(payload: Fields) -> list[Event]:
    """Everything the delivery says, in its own order."""
    found: list[Event] = []
    for entry in _dicts(payload.get("entry")):
        for change in _dicts(entry.get("changes")):
            found += _of_change(_text(change.get("field")), _dict(change.get("value")))
    return found or [Event("other", "", "", {"field": "", "value": payload})]


def _of_change(name: str, value: Fields) -> Iterator[Event]:
    number = _digits(_dict(value.get("metadata")).get("display_phone_number"))
    contacts = list(_dicts(value.get("contacts")))
    known = False
    for part, read in (("messages", _inbound), ("message_echoes", _echo), ("statuses", _status)):
        for body in _dicts(value.get(part)):
            known = True
            yield read(body, number, contacts) or Event("other", "", number, {"field": name, part: body})
    if errors := list(_dicts(value.get("errors"))):
        yield Event("other", "", number, {"field": "errors", "value": errors})
    if not known:
        yield Event("other", "", number, {"field": name, "value": value})


def _inbound(body: Fields, number: str, contacts: Sequence[Fields]) -> Event | None:
    at, key, kind = _moment(body.get("timestamp")), _id(body.get("id")), _text(body.get("type"))
    if kind == "system":
        return _system(body, number, at)
    person = _person(_text(body.get("from")), _text(body.get("from_user_id")), contacts, at)
    if not at or not key or not kind or person is None:
        return None
    return Event("message", at, number, body, person, key)


def _system(body: Fields, number: str, at: str) -> Event | None:
    told = _dict(body.get("system"))
    old, new = _text(body.get("from")), _text(told.get("wa_id"))
    if not at or not old or not new:
        return None
    person = Person(wa_id=new, user_id=_text(body.get("from_user_id")), at=at, also=(old,))
    return Event("renumbered", at, number, body, person)


def _echo(body: Fields, number: str, contacts: Sequence[Fields]) -> Event | None:
    """A message the shop wrote on its own phone."""
    at, key = _moment(body.get("timestamp")), _id(body.get("id"))
    person = _person(_text(body.get("to")), _text(body.get("to_user_id")), contacts, at)
    if not at or not key or not _text(body.get("type")) or person is None:
        return None
    return Event("echo", at, number, body, person, key)


def _status(body: Fields, number: str, contacts: Sequence[Fields]) -> Event | None:
    at, key = _moment(body.get("timestamp")), _id(body.get("id"))
    if not at or not key or not _text(body.get("status")):
        return None
    return Event("status", at, number, body, key=key)


def _person(address: str, user_id: str, contacts: Sequence[Fields], at: str) -> Person | None:
    """Who writes: found in the list beside the message, which also has the name."""

    def is_of(contact: Fields) -> bool:
        ids = {_text(contact.get("wa_id")), _text(contact.get("user_id"))} - {""}
        return bool(ids & {address, user_id})

    own = next((c for c in contacts if is_of(c)), None)
    if own is None and len(contacts) == 1 and not (address or user_id):
        own = contacts[0]
    own = own or {}
    user_id = user_id or _text(own.get("user_id"))
    wa_id = address if address.isdecimal() else _text(own.get("wa_id"))
    profile = _dict(own.get("profile"))
    name = _text(profile.get("name")) or _text(profile.get("username"))
    return Person(wa_id=wa_id, user_id=user_id, name=name[:200], at=at) if wa_id or user_id else None


def apply(db: Database, found: Iterable[Event], *, inbox_id: int, shop_id: str | None = None) -> set[str]:
    """Inside the caller's write transaction. Gives codes of what is in the way: `unknown_number`.

    `shop_id` says whose delivery it is; without it the number the customers wrote to does.
    """
    problems: set[str] = set()
    touched: set[int] = set()
    for place, event in enumerate(found):
        if event.kind == "other":
            _keep(db, inbox_id, place, event)
        elif event.kind == "status":
            touched |= _apply_status(db, event)
        elif (shop := shop_id or people.shop_of_number(db, event.number)) is None:
            problems.add("unknown_number")
        elif event.kind == "renumbered" and event.person:
            touched.add(people.contact_of(db, shop, event.person))
        elif event.person:
            contact = people.contact_of(db, shop, event.person)
            threads.add_message(db, contact, message_of(event))
            touched.add(contact)
    for contact in sorted(touched):
        threads.rebuild(db, contact)
    return problems


def _keep(db: Database, inbox_id: int, place: int, event: Event) -> None:
    kind = str(event.body.get("field", ""))
    db.conn.execute(
        "INSERT INTO webhook_event (inbox_id, place, kind, body_json) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [inbox_id, place, kind, json.dumps(event.body)],
    )


def _apply_status(db: Database, event: Event) -> set[int]:
    """Kept even when its message is not known yet; then the message finds it."""
    db.conn.execute(
        "INSERT INTO message_status (wamid, status, at_utc, body_json) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
        "SET at_utc = excluded.at_utc, body_json = excluded.body_json WHERE excluded.at_utc < at_utc",
        [event.key, _text(event.body.get("status")), event.at, json.dumps(event.body)],
    )
    rows = db.execute(
        "SELECT c.contact_id FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.wamid = ?",
        [event.key],
    ).fetchall()
    return {row[0] for row in rows}


def message_of(event: Event) -> threads.Written:
    kind = _text(event.body.get("type"))
    content = event.body.get(kind)
    body: Fields = {"text": _readable(kind, content), "content": content}
    body |= {name: event.body[name] for name in ("referral", "context", "errors") if name in event.body}
    outgoing = event.kind == "echo"
    return threads.Written(
        wamid=event.key,
        direction="out" if outgoing else "in",
        sender="person" if outgoing else "customer",
        kind=kind[:40],
        body=body,
        at=event.at,
    )


def _readable(kind: str, content: Any) -> str:
    """What a person would read of it; empty where there is nothing to read."""
    if kind == "contacts":
        names = (_text(_dict(c.get("name")).get("formatted_name")) for c in _dicts(content))
        return ", ".join(n for n in names if n)
    part = _dict(content)
    if kind == "interactive":
        part = _dict(part.get(_text(part.get("type"))))
    order = {
        "text": ("body",),
        "button": ("text",),
        "interactive": ("title", "body"),
        "reaction": ("emoji",),
        "location": ("name", "address"),
        "document": ("caption", "filename"),
    }
    names = order.get(kind, ("caption", "text"))
    return next((text for name in names if (text := _text(part.get(name)))), "")


def _dict(value: Any) -> Fields:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> Iterator[Fields]:
    return (part for part in value if isinstance(part, dict)) if isinstance(value, list) else iter(())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _id(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_ID else ""


def _digits(value: Any) -> str:
    return "".join(c for c in _text(value) if c.isdecimal())


def _moment(value: Any) -> str:
    """Seconds since 1970, which come as text or as a number; empty for anything else."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        return ""
    second = int(text)
    return utc_text(datetime.fromtimestamp(second, UTC)) if FIRST_SECOND <= second < LAST_SECOND else ""
