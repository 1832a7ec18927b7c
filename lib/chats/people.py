"""Customers by every address they were ever known by: a phone number, an id that only this business knows, or both."""

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Person:
    """Who an event speaks of, as far as it says. `also` are numbers the person had before."""

    wa_id: str = ""
    user_id: str = ""
    name: str = ""
    at: str = ""
    also: tuple[str, ...] = ()

    @property
    def addresses(self) -> list[str]:
        """Surest first."""
        ids = [f"id:{self.user_id}"] if self.user_id else []
        return ids + [f"wa:{number}" for number in (self.wa_id, *self.also) if number]


def shop_of_number(db: Database, number: str) -> str | None:
    """The shop whose WhatsApp number it is, written in digits; the oldest where several have it."""
    if not number:
        return None
    rows = db.execute(
        "SELECT id, json_extract(settings_json, '$.whatsapp_number') FROM shop ORDER BY created_utc, id"
    ).fetchall()
    return next((shop for shop, written in rows if _digits(written) == number), None)


def _digits(text: str | None) -> str:
    return "".join(c for c in text or "" if c.isdecimal()).removeprefix("00")


def contact_of(db: Database, shop_id: str, person: Person) -> int:
    """The person's contact, made or found. Two that turn out to be one person become one."""
    found = _known(db, shop_id, person)
    contact = min(found) if found else _new(db, shop_id, person)
    for other in sorted(found - {contact}):
        _merge(db, contact, other)
    heard = [(address, "" if address.removeprefix("wa:") in person.also else person.at) for address in person.addresses]
    db.conn.executemany(
        "INSERT INTO contact_address (shop_id, address, contact_id, heard_utc) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET heard_utc = MAX(heard_utc, excluded.heard_utc)",
        [(shop_id, address, contact, at) for address, at in heard],
    )
    _describe(db, contact, person)
    return contact


def _known(db: Database, shop_id: str, person: Person) -> set[int]:
    found: set[int] = set()
    for address in person.addresses:
        row = db.execute(
            "SELECT a.contact_id, COALESCE(k.user_id, '') FROM contact_address a JOIN contact k ON k.id = a.contact_id "
            "WHERE a.shop_id = ? AND a.address = ?",
            [shop_id, address],
        ).fetchone()
        # a number that went on to somebody else does not make two people one
        if row and (not person.user_id or row[1] in ("", person.user_id)):
            found.add(row[0])
    return found


def _new(db: Database, shop_id: str, person: Person) -> int:
    return int(
        db.conn.execute(
            "INSERT INTO contact (shop_id, user_id, origin) VALUES (?, ?, 'measured')",
            [shop_id, person.user_id or None],
        ).lastrowid
    )


def _merge(db: Database, kept: int, gone: int) -> None:
    name, named, user_id = db.execute("SELECT name, named_utc, user_id FROM contact WHERE id = ?", [gone]).fetchone()
    for table in ("conversation", "contact_address"):
        db.conn.execute(f"UPDATE {table} SET contact_id = ? WHERE contact_id = ?", [kept, gone])
    db.conn.execute("DELETE FROM contact WHERE id = ?", [gone])
    _describe(db, kept, Person(user_id=user_id or "", name=name, at=named))


def _describe(db: Database, contact: int, person: Person) -> None:
    """The name and the number last heard of stand, in whatever order the news came."""
    name, named, user_id = db.execute(
        "SELECT name, named_utc, COALESCE(user_id, '') FROM contact WHERE id = ?", [contact]
    ).fetchone()
    if person.name and (person.at, person.name) > (named, name):
        name, named = person.name, person.at
    number = db.execute(
        "SELECT substr(address, 4) FROM contact_address WHERE contact_id = ? AND address GLOB 'wa:*' "
        "ORDER BY heard_utc DESC, address DESC LIMIT 1",
        [contact],
    ).fetchone()
    db.conn.execute(
        "UPDATE contact SET name = ?, named_utc = ?, wa_id = ?, user_id = ? WHERE id = ?",
        [name, named, number[0] if number else None, user_id or person.user_id or None, contact],
    )
