"""Deliveries kept before they are answered, and read afterwards: what was acknowledged can not be lost."""

import hashlib
import json
import logging
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from lib.chats import webhooks
from lib.store import parse_utc, utc_text, write_tx

log = logging.getLogger(__name__)

LARGEST_BODY = 3 * 1024 * 1024
DEEPEST = 40
OLDEST = timedelta(days=8)  # the platform gives up after seven
AT_ONCE = 50


def keep(db: Database, body: bytes, now: datetime) -> bool:
    """Writes the body down for good. False when the very same one is here already."""
    with write_tx(db):
        cursor = db.conn.execute(
            "INSERT INTO webhook_inbox (digest, body, received_utc) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [digest_of(body), body, utc_text(now)],
        )
        return cursor.rowcount == 1


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def read_kept(db: Database, now: datetime, *, limit: int = AT_ONCE) -> int:
    """Takes what nobody has read yet into the tables, oldest first, one transaction each; gives how many it read."""
    rows = db.execute(
        "SELECT id FROM webhook_inbox WHERE processed_utc IS NULL ORDER BY id LIMIT ?", [limit]
    ).fetchall()
    for (number,) in rows:
        try:
            with write_tx(db):
                _read_one(db, number, now)
        except sqlite3.OperationalError:
            raise  # the disk or a lock: nothing is wrong with the delivery
        except Exception:  # one that breaks the program must not stop those behind it
            log.exception("delivery %s is set aside", number)
            with write_tx(db):
                done(db, number, "program_error", now)
    return len(rows)


def _read_one(db: Database, number: int, now: datetime) -> None:
    row = db.execute(
        "SELECT body, received_utc FROM webhook_inbox WHERE id = ? AND processed_utc IS NULL", [number]
    ).fetchone()
    if row is None:
        return
    problem = _taken_in(db, number, bytes(row[0]), parse_utc(row[1]))
    done(db, number, problem, now)


def done(db: Database, number: int, problem: str, now: datetime) -> None:
    db.conn.execute(
        "UPDATE webhook_inbox SET processed_utc = ?, problem = ? WHERE id = ?", [utc_text(now), problem, number]
    )


def _taken_in(db: Database, number: int, body: bytes, received: datetime) -> str:
    payload = parse(body)
    if payload is None:
        return "not_readable"
    found = webhooks.events(payload)
    oldest = utc_text(received - OLDEST)
    fresh = [e for e in found if not e.at or e.at >= oldest]
    problems = webhooks.apply(db, fresh, inbox_id=number)
    if len(fresh) < len(found):
        problems.add("too_old")
    return ",".join(sorted(problems))


def parse(body: bytes, *, any_shape: bool = False) -> Any:
    """The body as an object, or as a list too; None for all else and for what nests deeper than anything real."""
    try:
        payload = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    wanted = dict | list if any_shape else dict
    return _sound(payload) if isinstance(payload, wanted) and _depth_within(payload, DEEPEST) else None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _depth_within(value: Any, left: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return left > 0 and all(_depth_within(part, left - 1) for part in inner)


def _sound(value: Any) -> Any:
    """Halves of characters, which JSON can spell and no text can hold, become question marks."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_sound(name): _sound(part) for name, part in value.items()}
    return [_sound(part) for part in value] if isinstance(value, list) else value


def read_again(db: Database, problem: str) -> int:
    """Marks what was set aside for a problem as unread, once its cause is gone."""
    with write_tx(db):
        return db.conn.execute(
            "UPDATE webhook_inbox SET processed_utc = NULL, problem = NULL WHERE instr(problem, ?) > 0", [problem]
        ).rowcount
