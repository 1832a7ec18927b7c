"""The items of a shop in the database: keeping, finding, opening."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlite_utils import Database

from lib.catalog.bodies import open_bodies
from lib.catalog.health import why_not_advertisable
from lib.catalog.model import Item
from lib.catalog.search import PAGE_LIMIT, Page, Sort, index_text, search
from lib.catalog.tables import joined_tx
from lib.store import utc_text

CHUNK = 2_000


@dataclass(frozen=True)
class Saved:
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Staged:
    """Items prepared in this connection's temporary table, to be put in place by commit_items."""

    shop_id: str
    saved: Saved
    moved: tuple[tuple[int, str, str], ...]


def save_items(db: Database, shop_id: str, items: Iterable[Item], now: datetime) -> Saved:
    """Adds new items and changes those that differ; rows that are the same are not touched.

    A retailer_id given twice: the last one counts.
    """
    staged = stage_items(db, shop_id, items)
    with joined_tx(db):
        commit_items(db, staged, now)
    return staged.saved


def stage_items(db: Database, shop_id: str, items: Iterable[Item]) -> Staged:
    """The slow part of saving, done before the write lock is taken: others wait only for one swap."""
    known = {row[0]: (row[1], row[2]) for row in db.execute(
        "SELECT retailer_id, body_sha256, position FROM item WHERE shop_id = ?", [shop_id])}  # fmt: skip
    by_id = {item.retailer_id: (place, item) for place, item in enumerate(items)}
    moved, differing, added = [], [], 0
    for place, item in by_id.values():
        body = item.model_dump_json(exclude_defaults=True)
        sha256 = hashlib.sha256(body.encode()).hexdigest()
        before = known.get(item.retailer_id)
        if before is None or before[0] != sha256:
            added += before is None
            differing.append((place, item, body, sha256))
        elif before[1] != place:
            moved.append((place, shop_id, item.retailer_id))
    _stage(db, differing)
    saved = Saved(added=added, changed=len(differing) - added, unchanged=len(by_id) - len(differing))
    return Staged(shop_id, saved, tuple(moved))


def commit_items(db: Database, staged: Staged, now: datetime) -> None:
    """Puts staged items in place, inside the caller's write transaction."""
    if staged.saved.added or staged.saved.changed:
        _swap(db, staged.shop_id, now)
    db.conn.executemany("UPDATE item SET position = ? WHERE shop_id = ? AND retailer_id = ?", staged.moved)


def remove_items(db: Database, shop_id: str, retailer_ids: Sequence[str]) -> None:
    with joined_tx(db):
        db.conn.executemany(
            "DELETE FROM item WHERE shop_id = ? AND retailer_id = ?", [(shop_id, one) for one in retailer_ids]
        )


def item_ids(db: Database, shop_id: str) -> frozenset[str]:
    return frozenset(row[0] for row in db.execute("SELECT retailer_id FROM item WHERE shop_id = ?", [shop_id]))


def get_item(db: Database, shop_id: str, retailer_id: str, now: datetime | None = None) -> Item | None:
    """The item, with our own copies of its pictures named, and with the prices of that moment when one is given."""
    rows = db.execute("SELECT body_json FROM item WHERE shop_id = ? AND retailer_id = ?", [shop_id, retailer_id])
    found = open_bodies(db, [row[0] for row in rows], now)
    return found[0] if found else None


def all_items(db: Database, shop_id: str, now: datetime | None = None) -> Iterator[Item]:
    rows = db.execute("SELECT body_json FROM item WHERE shop_id = ? ORDER BY position, id", [shop_id]).fetchall()
    for start in range(0, len(rows), PAGE_LIMIT):
        yield from open_bodies(db, [row[0] for row in rows[start : start + PAGE_LIMIT]], now)


def _row(place: int, item: Item, body: str, sha256: str) -> tuple:
    lowest = item.price_range_minor
    return (
        item.retailer_id, place, item.title, item.category, item.availability,
        item.price_minor if item.price_minor is not None else lowest and lowest[0],
        int(not why_not_advertisable(item)), body, sha256, *index_text(item),
    )  # fmt: skip


def _stage(db: Database, changed: list[tuple[int, Item, str, str]]) -> None:
    db.conn.execute(
        "CREATE TEMP TABLE IF NOT EXISTS staged_item (retailer_id TEXT PRIMARY KEY, position, title, category,"
        " availability, price_minor, advertisable, body_json, body_sha256, text_title, text_body, text_guesses)"
    )
    db.conn.execute("DELETE FROM staged_item")
    waiting = iter(changed)
    while chunk := list(islice(waiting, CHUNK)):
        db.conn.executemany(
            f"INSERT INTO staged_item VALUES ({', '.join('?' * 12)})", [_row(*parts) for parts in chunk]
        )


def _swap(db: Database, shop_id: str, now: datetime) -> None:
    columns = "retailer_id, position, title, category, availability, price_minor, advertisable, body_json, body_sha256"
    changes = ", ".join(f"{c} = excluded.{c}" for c in [*columns.split(", ")[1:], "updated_utc"])
    db.conn.execute(
        f"INSERT INTO item (shop_id, {columns}, updated_utc) SELECT ?, {columns}, ? FROM staged_item WHERE true"
        f" ON CONFLICT (shop_id, retailer_id) DO UPDATE SET {changes}",
        [shop_id, utc_text(now)],
    )
    same = "FROM staged_item JOIN item ON item.shop_id = ? AND item.retailer_id = staged_item.retailer_id"
    db.conn.execute(f"DELETE FROM item_text WHERE rowid IN (SELECT item.id {same})", [shop_id])
    db.conn.execute(
        "INSERT INTO item_text (rowid, title, body, guesses)"
        f" SELECT item.id, text_title, text_body, text_guesses {same}",
        [shop_id],
    )


__all__ = [
    "Page",
    "Saved",
    "Sort",
    "Staged",
    "all_items",
    "commit_items",
    "get_item",
    "item_ids",
    "remove_items",
    "save_items",
    "search",
    "stage_items",
]
