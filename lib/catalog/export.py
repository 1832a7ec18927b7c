"""Items of a shop as a product feed in the platform's own columns; what was exported can be imported again."""

import csv
import io
import re
from collections.abc import Iterable

from lib.catalog.model import Item, Sale, Variant
from lib.money import to_decimal

COLUMNS = (
    "id", "title", "description", "availability", "condition", "price", "sale_price", "sale_price_effective_date",
    "link", "image_link", "additional_image_link", "brand", "product_type", "item_group_id", "color", "size",
    "material", "pattern", "status",
)  # fmt: skip
_OPTIONS = ("color", "size", "material", "pattern")
# Spreadsheets run a cell that begins so, full-width forms included; a tab or a line end before it does not help.
_FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")


def safe_cell(text: str) -> str:
    """The text with a mark before it if a spreadsheet would run it; importing takes the mark off again."""
    return f"'{text}" if _FORMULA.match(text) else text


def items_csv(items: Iterable[Item]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for item in items:
        for variant in item.variants or (None,):
            writer.writerow({name: safe_cell(text) for name, text in _row(item, variant).items()})
    return out.getvalue()


def _row(item: Item, variant: Variant | None) -> dict[str, str]:
    sold = variant or item
    addresses = [picture.url for picture in item.pictures if picture.url]
    if variant and variant.picture and variant.picture.url:
        addresses = list(dict.fromkeys([variant.picture.url, *addresses]))
    row = {
        "id": sold.retailer_id,
        "title": item.title,
        "description": item.description,
        "availability": sold.availability,
        "condition": item.condition,
        **_prices(sold, item.currency),
        "link": item.link,
        "image_link": addresses[0] if addresses else "",
        "additional_image_link": ",".join(addresses[1:]),
        "brand": item.brand,
        "product_type": item.category,
        "status": "active" if item.visible else "archived",
    }
    if variant:
        row["item_group_id"] = item.retailer_id
        row |= {name.lower(): value for name, value in variant.options if name.lower() in _OPTIONS}
        others = [value for name, value in variant.options if name.lower() not in _OPTIONS]
        if others:  # the platform's columns know four names; the words of the others must not be lost
            row["pattern"] = " / ".join([row["pattern"], *others] if "pattern" in row else others)
    return row


def _prices(sold: Item | Variant, currency: str) -> dict[str, str]:
    if sold.price_minor is None:
        return {}
    if sold.regular_minor is None:
        return {"price": _price(sold.price_minor, currency)}
    lower = sold.sale.minor if sold.sale else sold.price_minor
    prices = {"price": _price(sold.regular_minor, currency), "sale_price": _price(lower, currency)}
    return {**prices, "sale_price_effective_date": _dates(sold.sale)} if sold.sale else prices


def _price(minor: int, currency: str) -> str:
    return f"{to_decimal(minor, currency):.2f} {currency}"


def _dates(sale: Sale) -> str:
    starts = sale.starts.isoformat() if sale.starts else "2000-01-01T00:00+00:00"
    ends = sale.ends.isoformat() if sale.ends else "2100-01-01T00:00+00:00"
    return f"{starts}/{ends}"
