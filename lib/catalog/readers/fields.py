"""What the formats share: cells to fields of an item."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lib.catalog.model import SELLABLE, Item, Picture, Variant
from lib.catalog.model import Sale as TimedSale
from lib.catalog.readers.rows import Reading
from lib.catalog.text import clean_line, looks_like_html, plain_text

# The platform's own limits: an item that passes them would be refused there.
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 9_999
LONGEST_CATEGORY = 750
LONGEST_LINK = 2_000
MOST_PICTURES = 20


def line(text: str) -> str:
    return clean_line(text)


def title(text: str, reading: Reading) -> str:
    return _cut(clean_line(plain_text(text)), LONGEST_TITLE, "title_cut", reading)


def description(text: str, reading: Reading) -> str:
    if not text:
        return ""
    reading.changes["html_to_text"] += looks_like_html(text)
    return _cut(plain_text(text), LONGEST_DESCRIPTION, "description_cut", reading)


def category(text: str) -> str:
    """A path with " > " between its steps."""
    steps = (clean_line(plain_text(step)) for step in re.split(r"\s*>\s*", text.replace("&gt;", ">")))
    return " > ".join(step for step in steps if step)[:LONGEST_CATEGORY]


def links(text: str) -> list[str]:
    """Addresses with commas between them; a comma inside an address stays."""
    return [part.strip().strip("\"'") for part in re.split(r"[,;\s]+(?=[\"']?https?:)", text) if part.strip()]


def is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and named and len(text) <= LONGEST_LINK and clean_line(text) == text


def link(text: str, reading: Reading) -> str:
    if text and not is_web_address(text):
        reading.changes["link_unusable"] += 1
        return ""
    return text


def pictures(addresses: Iterable[str], reading: Reading) -> tuple[Picture, ...]:
    usable: dict[str, Picture] = {}
    for address in addresses:
        if not address:
            continue
        if is_web_address(address):
            usable[address] = Picture(url=address)
        else:
            reading.changes["picture_unusable"] += 1
    if len(usable) > MOST_PICTURES:
        reading.changes["pictures_left_out"] += 1
    return tuple(usable.values())[:MOST_PICTURES]


def priced(
    regular: int | None, lower: int | None, starts: datetime | None, ends: datetime | None, reading: Reading
) -> dict[str, Any]:
    """The price fields of an item or variant, from the usual price and the lower one of a sale."""
    if regular is None or lower is None:
        return {"price_minor": regular}
    if lower >= regular:
        reading.changes["sale_not_lower"] += 1
        return {"price_minor": regular}
    if starts is None and ends is None:
        return {"price_minor": lower, "regular_minor": regular}
    sale = TimedSale(minor=lower, starts=starts, ends=ends)
    return {"price_minor": lower if sale.holds(reading.now) else regular, "regular_minor": regular, "sale": sale}


def with_variants(item: Item, variants: tuple[Variant, ...]) -> Item:
    """The item with its choices: sold while one of them is."""
    states = {variant.availability for variant in variants}
    sold = states & SELLABLE
    unsold = "discontinued" if states == {"discontinued"} else "out of stock"
    state = next((s for s in ("in stock", "available for order", "preorder") if s in sold), unsold)
    return item.model_copy(update={"variants": variants, "availability": state, **item.cheapest(variants)})


def moment(text: str, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """A moment of an ISO text, in the shop's zone when it names none; a bare last day is meant to its end.

    Raises ValueError.
    """
    cleaned = re.sub(r"\s*([+-]\d{2}):?(\d{2})$", r"\1:\2", text.strip())
    cleaned = re.sub(r"^(\d{4}-\d\d-\d\d)[ T](\d):", r"\1T0\2:", cleaned)
    try:
        found = datetime.fromisoformat(cleaned)
        if last and re.fullmatch(r"\d{4}-?\d\d-?\d\d", cleaned):
            found += timedelta(days=1)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def _cut(text: str, longest: int, code: str, reading: Reading) -> str:
    if len(text) <= longest:
        return text
    reading.changes[code] += 1
    return text[: longest - 1].rstrip() + "…"
