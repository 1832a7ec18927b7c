"""Items found as one types, with filters and their counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from lib.catalog.bodies import open_bodies
from lib.catalog.model import Item
from lib.catalog.text import without_article, without_letter, words

Sort = Literal["relevance", "position", "price_up", "price_down", "title", "newest"]
LONGEST_QUERY = 300
MOST_WORDS = 12
PAGE_LIMIT = 200


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
    sources = [_Source(_HITS, (query,)) for query in _queries(text)] or [_Source("item", ())]
    for source in sources:
        groups = _groups(db, source, filters.sql())
        total = sum(group.count for group in groups if filters.takes(group))
        if total:
            break
    per_page = max(1, min(per_page, PAGE_LIMIT))
    pages = max(1, -(-total // per_page))
    page = max(1, min(page, pages))
    bodies = _bodies(db, source, filters, sort, per_page, (page - 1) * per_page)
    unpriced = _groups(db, source, filters.sql(price=False)) if filters.priced else groups
    return Page(
        items=tuple(open_bodies(db, bodies, now)),
        total=total,
        page=page,
        pages=pages,
        categories=_counts((g.category, g.count) for g in groups if filters.takes(g, category=False)),
        availabilities=_counts((g.availability, g.count) for g in groups if filters.takes(g, availability=False)),
        price_range_minor=_price_range([group for group in unpriced if filters.takes(group)]),
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
class _Source:
    sql: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class _Group:
    """Items of one category and availability: how many, and their lowest and highest price."""

    category: str
    availability: str
    count: int
    lowest: int | None
    highest: int | None


@dataclass(frozen=True)
class _Filters:
    shop_id: str
    category: str | None
    availability: str | None
    price_from_minor: int | None
    price_to_minor: int | None
    advertisable: bool | None

    @property
    def priced(self) -> bool:
        return self.price_from_minor is not None or self.price_to_minor is not None

    def takes(self, group: _Group, *, category: bool = True, availability: bool = True) -> bool:
        """Whether the group passes the filters that groups are told apart by; either can be left out."""
        below = f"{self.category} > "
        inside = not self.category or group.category == self.category or group.category.startswith(below)
        return (inside or not category) and (self.availability in (None, "", group.availability) or not availability)

    def sql(self, *, price: bool = True, grouped: bool = True) -> tuple[str, list[object]]:
        """The conditions with their values; those on category and availability only when not grouped by them."""
        parts: list[str] = ["item.shop_id = ?"]
        values: list[object] = [self.shop_id]
        if self.category and not grouped:
            # ' > ' to ' >!' spans exactly the categories below; LIKE would read % and _ in a name
            parts.append("(item.category = ? OR (item.category >= ? AND item.category < ?))")
            values += [self.category, f"{self.category} > ", f"{self.category} >!"]
        if self.availability and not grouped:
            parts.append("item.availability = ?")
            values.append(self.availability)
        if self.price_from_minor is not None and price:
            parts.append("item.price_minor >= ?")
            values.append(self.price_from_minor)
        if self.price_to_minor is not None and price:
            parts.append("item.price_minor <= ?")
            values.append(self.price_to_minor)
        if self.advertisable is not None:
            parts.append("item.advertisable = ?")
            values.append(int(self.advertisable))
        return " AND ".join(parts), values


def _ask(db: Database, sql: str, values: Sequence[object]) -> list[tuple]:
    """Rows; none for a value no database can hold, which no item can equal either."""
    try:
        return db.execute(sql, list(values)).fetchall()
    except (OverflowError, UnicodeEncodeError):
        return []


def _groups(db: Database, source: _Source, conditions: tuple[str, list[object]]) -> list[_Group]:
    where, values = conditions
    rows = _ask(
        db,
        "SELECT item.category, item.availability, count(*), min(item.price_minor), max(item.price_minor)"
        f" FROM {source.sql} WHERE {where} GROUP BY 1, 2",
        [*source.values, *values],
    )
    return [_Group(*row) for row in rows]


def _bodies(db: Database, source: _Source, filters: _Filters, sort: Sort, limit: int, offset: int) -> list[str]:
    where, values = filters.sql(grouped=False)
    order = _ORDER.get(sort, _ORDER["position"])
    if sort == "relevance" and not source.values:
        order = _ORDER["position"]
    rows = _ask(
        db,
        f"SELECT item.body_json FROM {source.sql} WHERE {where}"
        f" ORDER BY {order}, item.position, item.id LIMIT ? OFFSET ?",
        [*source.values, *values, limit, offset],
    )
    return [row[0] for row in rows]


def _counts(pairs: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    totals: Counter[str] = Counter()
    for name, count in pairs:
        totals[name] += count
    return tuple(sorted(((name, n) for name, n in totals.items() if name), key=lambda pair: (-pair[1], pair[0])))


def _price_range(groups: list[_Group]) -> tuple[int, int] | None:
    lowest = [group.lowest for group in groups if group.lowest is not None]
    highest = [group.highest for group in groups if group.highest is not None]
    return (min(lowest), max(highest)) if lowest else None


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


def index_text(item: Item) -> tuple[str, str, str]:
    """What is kept for searching: words of the title, words of the rest, guesses."""
    options = (value for variant in item.variants for _, value in variant.options)
    variant_ids = (variant.retailer_id for variant in item.variants)
    title, title_guesses = _indexed([item.title])
    body, guesses = _indexed(
        [item.category, item.brand, item.retailer_id, *item.tags, *options, *variant_ids, item.description]
    )
    return title, body, f"{title_guesses} {guesses}"
