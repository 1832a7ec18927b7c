"""The items of a shop in the database: keeping, finding, opening."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from lib.catalog.health import why_not_advertisable
from lib.catalog.model import Item, Picture
from lib.catalog.tables import joined_tx
from lib.catalog.text import without_article, without_letter, words
from lib.store import utc_text

Sort = Literal["relevance", "position", "price_up", "price_down", "title", "newest"]
LONGEST_QUERY = 300
MOST_WORDS = 12
CHUNK = 2_000
PAGE_LIMIT = 200


@dataclass(frozen=True)
class Saved:
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Page:
    """One page of a search. The counts of categories and availabilities ignore their own filter only."""

    items: tuple[Item, ...]
    total: int
    page: int
    pages: int
    categories: tuple[tuple[str, int], ...]
    availabilities: tuple[tuple[str, int], ...]
    price_range_minor: tuple[int, int] | None


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
    found = _opened(db, [row[0] for row in rows], now)
    return found[0] if found else None


def all_items(db: Database, shop_id: str, now: datetime | None = None) -> Iterator[Item]:
    rows = db.execute("SELECT body_json FROM item WHERE shop_id = ? ORDER BY position, id", [shop_id]).fetchall()
    for start in range(0, len(rows), PAGE_LIMIT):
        yield from _opened(db, [row[0] for row in rows[start : start + PAGE_LIMIT]], now)


def search(
    db: Database,
    shop_id: str,
    text: str = "",
    *,
    category: str | None = None,
    availability: str | None = None,
    price_from_minor: int | None = None,
    price_to_minor: int | None = None,
    advertisable: bool | None = None,
    sort: Sort = "relevance",
    page: int = 1,
    per_page: int = 24,
    now: datetime | None = None,
) -> Page:
    """A page of the shop's items. Any text is a valid query; one without a letter or digit finds everything.

    A category takes in what lies below it ("Home" finds "Home > Lamps"). Prices compare as they were at import.
    Words match from their beginning; relevance is the order of the file when there is no text.
    """
    filters = _Filters(shop_id, category, availability, price_from_minor, price_to_minor, advertisable)
    queries = _queries(text) if text.strip() else []
    source, values = "item", list[str]()
    for query in queries:
        source, values = _HITS, [query]
        if _count(db, source, values, filters):
            break
    total = _count(db, source, values, filters)
    per_page = max(1, min(per_page, PAGE_LIMIT))
    pages = max(1, -(-total // per_page))
    page = max(1, min(page, pages))
    where, parameters = filters.sql()
    order = _ORDER["position"] if sort == "relevance" and not queries else _ORDER.get(sort, _ORDER["position"])
    rows = _ask(
        db,
        f"SELECT item.body_json FROM {source} WHERE {where} ORDER BY {order}, item.position, item.id LIMIT ? OFFSET ?",
        [*values, *parameters, per_page, (page - 1) * per_page],
    )
    return Page(
        items=tuple(_opened(db, [row[0] for row in rows], now)),
        total=total,
        page=page,
        pages=pages,
        categories=_counts(db, source, values, filters, "category"),
        availabilities=_counts(db, source, values, filters, "availability"),
        price_range_minor=_price_range(db, source, values, filters),
    )


# The words are looked up first and then joined: left alone, SQLite walks the price index and probes every row.
_HITS = (
    "(SELECT rowid AS hit, bm25(item_text, 8.0, 2.0, 0.5) AS rank FROM item_text WHERE item_text MATCH ?) AS hits"
    " CROSS JOIN item ON item.id = hits.hit"
)
_ORDER = {
    "relevance": "rank",
    "position": "item.position",
    "price_up": "+item.price_minor IS NULL, +item.price_minor",
    "price_down": "+item.price_minor IS NULL, +item.price_minor DESC",
    "title": "+item.title COLLATE NOCASE",
    "newest": "+item.updated_utc DESC",
}


@dataclass(frozen=True)
class _Filters:
    shop_id: str
    category: str | None
    availability: str | None
    price_from_minor: int | None
    price_to_minor: int | None
    advertisable: bool | None

    def sql(self, without: str = "") -> tuple[str, list[object]]:
        parts: list[str] = ["item.shop_id = ?"]
        values: list[object] = [self.shop_id]
        if self.category and without != "category":
            # ' > ' to ' >!' spans exactly the categories below; LIKE would read % and _ in a name
            parts.append("(item.category = ? OR (item.category >= ? AND item.category < ?))")
            values += [self.category, self.category + " > ", self.category + " >!"]
        if self.availability and without != "availability":
            parts.append("item.availability = ?")
            values.append(self.availability)
        if self.price_from_minor is not None and without != "price":
            parts.append("item.price_minor >= ?")
            values.append(self.price_from_minor)
        if self.price_to_minor is not None and without != "price":
            parts.append("item.price_minor <= ?")
            values.append(self.price_to_minor)
        if self.advertisable is not None:
            parts.append("item.advertisable = ?")
            values.append(int(self.advertisable))
        return " AND ".join(parts), values


def _ask(db: Database, sql: str, values: Sequence[object]) -> list[tuple]:
    # what people type is never a reason to fail; anything else is
    try:
        return db.execute(sql, list(values)).fetchall()
    except (OverflowError, UnicodeEncodeError):
        return []
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
        return []


def _count(db: Database, source: str, values: Sequence[object], filters: _Filters) -> int:
    where, parameters = filters.sql()
    rows = _ask(db, f"SELECT count(*) FROM {source} WHERE {where}", [*values, *parameters])
    return rows[0][0] if rows else 0


def _counts(db: Database, source: str, values: Sequence[object], filters: _Filters, column: str) -> tuple:
    where, parameters = filters.sql(without=column)
    rows = _ask(
        db,
        f"SELECT item.{column}, count(*) FROM {source} WHERE {where} AND item.{column} <> ''"
        f" GROUP BY 1 ORDER BY 2 DESC, 1",
        [*values, *parameters],
    )
    return tuple((name, count) for name, count in rows)


def _price_range(db: Database, source: str, values: Sequence[object], filters: _Filters) -> tuple[int, int] | None:
    where, parameters = filters.sql(without="price")
    rows = _ask(
        db, f"SELECT min(item.price_minor), max(item.price_minor) FROM {source} WHERE {where}", [*values, *parameters]
    )
    return (rows[0][0], rows[0][1]) if rows and rows[0][0] is not None else None


def _queries(text: str) -> list[str]:
    """FTS5 expressions to try in turn: the words as typed, then with guesses at attached letters."""
    typed = words(text[:LONGEST_QUERY])[:MOST_WORDS]
    if not typed:
        return []
    strict, loose = [], []
    for word in typed:
        forms = [word, without_article(word)]
        strict.append(_any_of(forms))
        loose.append(_any_of([*forms, without_letter(word)]))
    return ["{title body} : (" + " AND ".join(strict) + ")", " AND ".join(loose)]


def _any_of(forms: Iterable[str | None]) -> str:
    return "(" + " OR ".join(f'"{form}"*' for form in dict.fromkeys(forms) if form) + ")"


def _indexed(parts: Iterable[str]) -> tuple[str, str]:
    """Folded text with the words once more as they stand without an article, and the guesses."""
    found = words(" ".join(parts))
    bare = [stem for word in found if (stem := without_article(word))]
    # "and" is attached so often that its guess counts as the word itself
    joined = [word[1:] for word in found if word[0] == "و" and without_letter(word) and not without_article(word)]
    guesses = [stem for word in found if (stem := without_letter(word))]
    return " ".join([*found, *bare, *joined]), " ".join(guesses)


def _search_text(item: Item) -> tuple[str, str, str]:
    options = (value for variant in item.variants for _, value in variant.options)
    variant_ids = (variant.retailer_id for variant in item.variants)
    title, title_guesses = _indexed([item.title])
    body, guesses = _indexed(
        [item.category, item.brand, item.retailer_id, *item.tags, *options, *variant_ids, item.description]
    )
    return title, body, f"{title_guesses} {guesses}"


def _row(place: int, item: Item, body: str, sha256: str) -> tuple:
    lowest = item.price_range_minor
    return (
        item.retailer_id, place, item.title, item.category, item.availability,
        item.price_minor if item.price_minor is not None else lowest and lowest[0],
        int(not why_not_advertisable(item)), body, sha256, *_search_text(item),
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


def _opened(db: Database, bodies: list[str], now: datetime | None) -> list[Item]:
    items = [Item.model_validate_json(body) for body in bodies]
    if now is not None:
        items = [item.at(now) for item in items]
    copies = _copies(db, {picture.url for item in items for picture in _all_pictures(item) if picture.url})
    return [_with_copies(item, copies) for item in items] if copies else items


def _all_pictures(item: Item) -> Iterator[Picture]:
    yield from item.pictures
    yield from (variant.picture for variant in item.variants if variant.picture)


def _copies(db: Database, urls: set[str]) -> dict[str, dict]:
    rows = db.execute(
        "SELECT url, name, width, height FROM picture"
        " WHERE name IS NOT NULL AND url IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(urls))],
    )
    return {url: {"name": name, "width": width, "height": height} for url, name, width, height in rows}


def _with_copies(item: Item, copies: dict[str, dict]) -> Item:
    def fetched(picture: Picture) -> Picture:
        copy = copies.get(picture.url) if not picture.name else None
        return picture.model_copy(update=copy) if copy else picture

    variants = tuple(v.model_copy(update={"picture": fetched(v.picture)}) if v.picture else v for v in item.variants)
    return item.model_copy(update={"pictures": tuple(map(fetched, item.pictures)), "variants": variants})
