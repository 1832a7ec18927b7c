"""WooCommerce product exports: one row a product, variations name their parent."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lib.catalog.model import Availability, Item, Variant
from lib.catalog.readers import fields
from lib.catalog.readers.rows import Reading, Row

NAME = "woocommerce"
PRICE_COLUMNS: tuple[str, ...] = ("regular price", "sale price")


def column(name: str) -> str:
    return name


def recognises(header: frozenset[str]) -> bool:
    return {"name", "regular price"} <= header and bool(header & {"type", "sku", "published", "visibility in catalog"})


def items(rows: Sequence[Row], reading: Reading) -> list[Item]:
    skus = Counter(row.get("sku") for row in rows if row.open)
    parents = {_key(row, skus): row for row in rows if row.open and not _is_variation(row)}
    by_reference = {ref: key for key, row in parents.items() for ref in (row.get("sku"), f"id:{row.get('id')}") if ref}
    ids = Counter(_key(row, skus) for row in rows if row.open)
    variants: dict[str, list[Variant]] = {}
    for row in rows:
        key = _key(row, skus)
        if row.open and ids[key] > 1:
            row.reject("id_repeated", "sku" if row.get("sku") else "id", key)
        if row.open and _is_variation(row):
            parent = by_reference.get(row.get("parent"))
            if parent is None:
                row.reject("parent_missing", "parent", row.get("parent") or row.get("name"))
            elif variant := _variant(key, row, reading):
                variants.setdefault(parent, []).append(variant)
    made = ((_key(row, skus), row) for row in rows if row.open and not _is_variation(row))
    products = (_product(key, row, tuple(variants.get(key, ())), reading) for key, row in made)
    return _without_orphans(rows, by_reference, [item for item in products if item])


def _without_orphans(rows: Sequence[Row], by_reference: dict[str, str], found: list[Item]) -> list[Item]:
    kept = {item.retailer_id for item in found}
    for row in rows:
        if row.open and _is_variation(row) and by_reference.get(row.get("parent")) not in kept:
            row.reject("parent_rejected", "parent", row.get("parent"))
    return found


def _is_variation(row: Row) -> bool:
    return "variation" in re.split(r"[,\s]+", row.get("type").lower())


def _key(row: Row, skus: Counter[str]) -> str:
    """The SKU when it is the row's alone, else the ID, else one made from what the row says."""
    sku = fields.line(row.get("sku"))
    if sku and (skus[row.get("sku")] == 1 or not row.get("id")):
        return sku
    if row.get("id"):
        return f"id:{fields.line(row.get('id'))}"
    said = [row.get("parent"), row.get("name"), *(value for _, value in _options(row)), row.get("regular price")]
    return "made:" + hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:12]


def _product(key: str, row: Row, variants: tuple[Variant, ...], reading: Reading) -> Item | None:
    title = fields.title(row.get("name"), reading)
    if not title:
        row.reject("title_missing", "name", key)
    prices = _prices(row, reading)
    if not row.open:
        return None
    reading.changes["id_made"] += key.startswith("made:")
    short, long = (fields.description(row.get(name), reading) for name in ("short description", "description"))
    item = Item(
        retailer_id=key,
        title=title,
        description="\n\n".join(dict.fromkeys(text for text in (short, long) if text))[: fields.LONGEST_DESCRIPTION],
        category=_category(row.get("categories")),
        availability=_availability(row),
        currency=reading.currency,
        **prices,
        brand=fields.line(row.get("brands") or row.get("brand"))[:100],
        link=fields.link(row.get("external url"), reading),
        tags=tuple(tag for tag in map(fields.line, row.get("tags").split(",")) if tag),
        visible=row.get("published") in ("", "1") and row.get("visibility in catalog").lower() != "hidden",
        pictures=fields.pictures(fields.links(row.get("images")), reading),
    )
    return fields.with_variants(item, variants) if variants else item


def _variant(key: str, row: Row, reading: Reading) -> Variant | None:
    prices = _prices(row, reading)
    if not row.open:
        return None
    pictures = fields.pictures(fields.links(row.get("images")), reading)
    return Variant(
        retailer_id=key,
        options=_options(row),
        availability=_availability(row),
        **prices,
        picture=pictures[0] if pictures else None,
    )


def _prices(row: Row, reading: Reading) -> dict[str, Any]:
    regular, lower = reading.price(row, "regular price"), reading.price(row, "sale price")
    starts = _sale_date(row, "date sale price starts", reading)
    ends = _sale_date(row, "date sale price ends", reading)
    return fields.priced(regular, lower, starts, ends, reading)


def _sale_date(row: Row, name: str, reading: Reading) -> datetime | None:
    if not row.get(name):
        return None
    try:
        return fields.moment(row.get(name), reading.zone, last=name.endswith("ends"))
    except ValueError:
        row.reject("sale_dates_unreadable", name, row.get(name))
        return None


def _options(row: Row) -> tuple[tuple[str, str], ...]:
    pairs = []
    number = 1
    while (name := f"attribute {number} name") in row.cells:
        value = fields.line(row.get(f"attribute {number} value(s)"))[:200]
        if row.get(name) and value:
            pairs.append((fields.line(row.get(name)), value))
        number += 1
    return tuple(pairs)


def _availability(row: Row) -> Availability:
    said = row.get("in stock?").lower()
    if said == "backorder":
        return "available for order"
    if said in ("0", "no", "false"):
        return "out of stock"
    waits = row.get("backorders allowed?").lower() in ("1", "notify", "yes")
    if re.fullmatch(r"-\d+|0", row.get("stock")):
        return "available for order" if waits else "out of stock"
    return "in stock"


def _category(text: str) -> str:
    """The deepest of the categories given, the first of equals. A backslash keeps a comma in a name."""
    paths = [fields.category(part.replace("\\,", ",")) for part in re.split(r"(?<!\\),", text)]
    return max(paths, key=lambda path: path.count(">"))
