"""Shopify product exports: several rows a product, joined by the handle."""

import re
from collections.abc import Sequence

from lib.catalog.model import Availability, Item, Picture, Variant
from lib.catalog.readers import fields
from lib.catalog.readers.rows import Reading, Row

NAME = "shopify"
PRICE_COLUMNS: tuple[str, ...] = ("variant price", "variant compare at price")

# Exports since 2025 name the same columns differently.
_RENAMED = {
    "url handle": "handle",
    "description": "body (html)",
    "price": "variant price",
    "compare-at price": "variant compare at price",
    "sku": "variant sku",
    "published on online store": "published",
    "inventory tracker": "variant inventory tracker",
    "inventory quantity": "variant inventory qty",
    "continue selling when out of stock": "variant inventory policy",
    "product image url": "image src",
    "variant image url": "variant image",
}


def column(name: str) -> str:
    return name


def recognises(header: frozenset[str]) -> bool:
    return {"handle", "title", "variant price"} <= header or {"url handle", "title", "price"} <= header


def items(rows: Sequence[Row], reading: Reading) -> list[Item]:
    products: dict[str, list[Row]] = {}
    for row in rows:
        for new, old in _RENAMED.items():
            if new in row.cells and old not in row.cells:
                row.cells[old] = row.cells[new]
        if not row.open:
            continue
        handle = fields.line(row.get("handle"))
        if not handle:
            row.reject("id_missing", "handle", row.get("title"))
        else:
            products.setdefault(handle, []).append(row)
    taken = _repeated_skus(rows)
    found = (_product(handle, group, reading, taken) for handle, group in products.items())
    return [item for item in found if item]


def _repeated_skus(rows: Sequence[Row]) -> set[str]:
    seen: set[str] = set()
    repeated: set[str] = set()
    for row in rows:
        sku = fields.line(row.get("variant sku"))
        (repeated if sku in seen else seen).add(sku)
    return repeated | {""}


def _product(handle: str, rows: list[Row], reading: Reading, repeated: set[str]) -> Item | None:
    head = next((row for row in rows if fields.line(row.get("title"))), None)
    if head is None:
        for row in rows:
            row.reject("title_missing", "title", handle)
        return None
    addresses = _addresses(rows)
    names = [fields.line(head.get(f"option{n} name")) for n in (1, 2, 3)]
    variants = []
    for row in rows:
        variant = _variant(handle, row, names, reading, repeated) if _sells(row, head) else None
        if variant and row.open:
            variants.append(variant)
    rows = [row for row in rows if row.open]
    if not rows or not variants:
        # without a price that can be read there is nothing to offer; its pictures go with it
        for row in rows:
            row.reject("product_rejected", "variant price", handle)
        return None
    item = Item(
        retailer_id=handle,
        title=fields.title(head.get("title"), reading),
        description=fields.description(head.get("body (html)"), reading),
        category=fields.category(head.get("type") or head.get("product category")),
        currency=reading.currency,
        brand=fields.line(head.get("vendor"))[:100],
        tags=tuple(tag for tag in map(fields.line, head.get("tags").split(",")) if tag),
        condition=fields.line(head.get("google shopping / condition")).lower()[:40],
        visible=head.get("published").lower() != "false" and head.get("status").lower() in ("", "active"),
        pictures=fields.pictures(addresses, reading),
    )
    if len(variants) == 1 and not variants[0].options:
        only = variants[0]
        return item.model_copy(update={"availability": only.availability, **item.cheapest((only,))})
    return fields.with_variants(item, tuple(variants))


def _sells(row: Row, head: Row) -> bool:
    """Rows without a price and an option are further pictures; the head without one sells at an unknown price."""
    return row is head or bool(row.get("variant price") or row.get("option1 value"))


def _addresses(rows: list[Row]) -> list[str]:
    placed = [(row.get("image position"), row.get("image src")) for row in rows if row.get("image src")]
    placed.sort(key=lambda pair: int(pair[0]) if re.fullmatch(r"[0-9]{1,4}", pair[0]) else 10_000)
    return [address for _, address in placed]


def _variant(handle: str, row: Row, names: list[str], reading: Reading, repeated: set[str]) -> Variant:
    values = [fields.line(row.get(f"option{n} value"))[:200] for n in (1, 2, 3)]
    options = tuple(
        (name or f"Option {n}", value)
        for n, (name, value) in enumerate(zip(names, values, strict=True), 1)
        if value and value != "Default Title"
    )
    price = reading.price(row, "variant price")
    before = reading.price(row, "variant compare at price")
    regular, lower = (before, price) if before is not None and price is not None and before > price else (price, None)
    sku = fields.line(row.get("variant sku"))
    picture = row.get("variant image")
    return Variant(
        retailer_id=sku if sku not in repeated else ":".join([handle, *(value for _, value in options)]),
        options=options,
        availability=_availability(row),
        **fields.priced(regular, lower, None, None, reading),
        picture=Picture(url=picture) if fields.is_web_address(picture) else None,
    )


def _availability(row: Row) -> Availability:
    counted = row.get("variant inventory tracker") and row.get("variant inventory qty")
    if not counted or row.get("variant inventory policy").lower() in ("continue", "true"):
        return "in stock"
    return "out of stock" if re.fullmatch(r"-\d+|0+(\.0+)?", row.get("variant inventory qty")) else "in stock"
