"""Meta and Google product feeds: CSV, TSV, RSS and Atom give the same rows."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from lib.catalog.model import Availability, Item, Picture, Variant
from lib.catalog.readers import fields
from lib.catalog.readers.prices import BadPrice, read_price
from lib.catalog.readers.rows import Reading, Row

NAME = "meta_feed"
PRICE_COLUMNS: tuple[str, ...] = ("price", "sale_price")
LONGEST_ID = 100

_OPTIONS = ("color", "size", "material", "pattern")
_SOLD_AS: dict[str, Availability] = {
    "in stock": "in stock", "instock": "in stock", "available": "in stock", "true": "in stock", "yes": "in stock",
    "1": "in stock", "متوفر": "in stock", "متاح": "in stock",
    "out of stock": "out of stock", "outofstock": "out of stock", "sold out": "out of stock", "false": "out of stock",
    "no": "out of stock", "0": "out of stock", "pending": "out of stock", "mark as sold": "out of stock",
    "unavailable": "out of stock", "غير متوفر": "out of stock", "نفد": "out of stock", "نفذ": "out of stock",
    "preorder": "preorder", "pre order": "preorder",
    "backorder": "available for order", "available for order": "available for order",
    "on backorder": "available for order", "discontinued": "discontinued",
}  # fmt: skip


def column(name: str) -> str:
    """The feed's own name of a column: "g:Image Link" is image_link."""
    return re.sub(r"[\s\-]+", "_", name.removeprefix("g:").strip())


def recognises(header: frozenset[str]) -> bool:
    return {"id", "title"} <= header and bool(header & {"price", "availability", "image_link", "link"})


def items(rows: Sequence[Row], reading: Reading) -> list[Item]:
    _reject_unusable(rows)
    _settle_repeats(rows)
    single: list[tuple[int, Item]] = []
    groups: dict[str, list[tuple[int, Item, tuple[tuple[str, str], ...]]]] = {}
    for place, row in enumerate(rows):
        if not row.open:
            continue
        item = _item(row, reading)
        if item is None:
            continue
        group = fields.line(row.get("item_group_id"))
        if group:
            groups.setdefault(group, []).append((place, item, _options(row)))
        else:
            single.append((place, item))
    taken = {item.retailer_id for _, item in single}
    for group, members in groups.items():
        single.append((members[0][0], _grouped(group, members, taken)))
    return [item for _, item in sorted(single, key=lambda placed: placed[0])]


def _reject_unusable(rows: Iterable[Row]) -> None:
    for row in rows:
        if not row.get("id"):
            row.reject("id_missing", "id", row.get("title"))
        elif len(row.get("id")) > LONGEST_ID:
            row.reject("id_too_long", "id", row.get("id"))
        elif not fields.line(row.get("title")):
            row.reject("title_missing", "title", row.get("id"))


def _settle_repeats(rows: Iterable[Row]) -> None:
    """The platform ignores every copy of a repeated id; the same row given again does no harm."""
    by_id: dict[str, list[Row]] = {}
    for row in rows:
        if row.open:
            by_id.setdefault(fields.line(row.get("id")), []).append(row)
    for row_id, copies in by_id.items():
        if len(copies) == 1:
            continue
        if all(copy.cells == copies[0].cells for copy in copies):
            for copy in copies[1:]:
                copy.skip("same_row_again")
        else:
            for copy in copies:
                copy.reject("id_repeated", "id", row_id)


def _item(row: Row, reading: Reading) -> Item | None:
    availability = _availability(row, reading)
    regular = reading.price(row, "price")
    lower = reading.price(row, "sale_price")
    starts, ends = _sale_dates(row, reading.zone)
    if not row.open:
        return None
    if regular is not None and _names_no_currency(row.get("price")):
        reading.changes["price_without_currency"] += 1
    pictures = fields.pictures([row.get("image_link"), *fields.links(row.get("additional_image_link"))], reading)
    return Item(
        retailer_id=fields.line(row.get("id")),
        title=fields.title(row.get("title"), reading),
        description=fields.description(row.get("description"), reading)
        or fields.description(row.get("rich_text_description"), reading),
        category=_category(row),
        availability=availability,
        currency=reading.currency,
        **fields.priced(regular, lower, starts, ends, reading),
        condition=fields.line(row.get("condition")).lower().replace("_", " ")[:40],
        brand=fields.line(row.get("brand"))[:100],
        link=fields.link(row.get("link"), reading),
        visible=row.get("status").lower() != "archived" and row.get("visibility").lower() not in ("staging", "hidden"),
        pictures=pictures,
    )


def _availability(row: Row, reading: Reading) -> Availability:
    said = " ".join(fields.line(row.get("availability")).lower().replace("_", " ").replace("-", " ").split())
    if not said:
        reading.changes["availability_assumed"] += "availability" in row.cells
        return "in stock"
    state = _SOLD_AS.get(said)
    if state is None:
        row.reject("availability_unknown", "availability", said)
        return "out of stock"
    if state == "in stock" and row.get("quantity_to_sell_on_facebook") == "0":
        reading.changes["no_stock_left"] += 1
        return "out of stock"
    return state


def _category(row: Row) -> str:
    for name in ("product_type", "fb_product_category", "google_product_category"):
        text = fields.category(row.get(name))
        if text and not text.isdigit():
            return text
    return ""


def _options(row: Row) -> tuple[tuple[str, str], ...]:
    pairs = ((name, fields.line(row.get(name))[:200]) for name in _OPTIONS)
    return tuple((name, value) for name, value in pairs if value)


def _sale_dates(row: Row, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    text = row.get("sale_price_effective_date")
    if not text:
        return None, None
    try:
        starts, ends = text.split("/")
        return fields.moment(starts, zone), fields.moment(ends, zone, last=True)
    except ValueError:
        row.reject("sale_dates_unreadable", "sale_price_effective_date", text)
        return None, None


def _names_no_currency(price: str) -> bool:
    try:
        return read_price(price).currency is None
    except BadPrice:
        return False


def _grouped(group: str, members: list[tuple[int, Item, tuple[tuple[str, str], ...]]], taken: set[str]) -> Item:
    first = members[0][1]
    if len(members) == 1:
        return first
    variants = tuple(
        Variant(
            retailer_id=item.retailer_id,
            options=options,
            availability=item.availability,
            price_minor=item.price_minor,
            regular_minor=item.regular_minor,
            sale=item.sale,
            picture=item.pictures[0] if item.pictures else None,
        )
        for _, item, options in members
    )
    own_id = group if group not in taken and len(group) <= LONGEST_ID else first.retailer_id
    pictures: dict[str, Picture] = {p.url: p for _, item, _ in members for p in item.pictures}
    return fields.with_variants(
        first.model_copy(
            update={
                "retailer_id": own_id,
                "title": _common_title([item.title for _, item, _ in members]),
                "pictures": tuple(pictures.values())[: fields.MOST_PICTURES],
                "visible": any(item.visible for _, item, _ in members),
            }
        ),
        variants,
    )


def _common_title(titles: list[str]) -> str:
    """What the titles of one group share from the start, if that is most of the shortest; else the commonest."""
    if len(set(titles)) == 1:
        return titles[0]
    shortest = min(titles, key=len)
    shared = next(shortest[:n] for n in range(len(shortest), -1, -1) if all(t.startswith(shortest[:n]) for t in titles))
    if not all(title == shared or not title[len(shared)].isalnum() for title in titles):
        shared = re.sub(r"\w+$", "", shared)
    shared = shared.rstrip(" -–—/,|(:[")
    if len(shared) >= 0.4 * len(shortest) and len(shared) >= 3:
        return shared
    return Counter(titles).most_common(1)[0][0]
