"""Who changed what, as a chain: each row's hash covers the one before it, so a row taken out or altered shows."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from lib.store import utc_text

FIRST_HASH = "0" * 64
_COLUMNS = "ts, user, role, action, object, before_json, after_json, prev_hash"


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record(
    db: Database,
    *,
    now: datetime,
    user: str,
    role: str,
    action: str,
    on: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Inside the caller's write transaction."""
    previous = db.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    row = [
        utc_text(now),
        user,
        role,
        action,
        on,
        None if before is None else canonical(before),
        None if after is None else canonical(after),
        previous[0] if previous else FIRST_HASH,
    ]
    db.conn.execute(f"INSERT INTO audit ({_COLUMNS}, hash) VALUES (?,?,?,?,?,?,?,?,?)", [*row, _hash(row)])


def first_broken_row(db: Database) -> int | None:
    """The id of the first row the chain does not hold at; None when the record is whole."""
    expected = FIRST_HASH
    for row_id, found, *row in db.execute(f"SELECT id, hash, {_COLUMNS} FROM audit ORDER BY id").fetchall():
        if row[-1] != expected or found != _hash(row):
            return row_id
        expected = found
    return None


def _hash(row: list[Any]) -> str:
    return hashlib.sha256(canonical(row).encode()).hexdigest()
