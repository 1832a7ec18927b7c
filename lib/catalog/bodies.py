"""Items as they stand in the database, opened again."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlite_utils import Database

from lib.catalog.model import Item, Picture


def open_bodies(db: Database, bodies: Sequence[str], now: datetime | None) -> list[Item]:
    """Items with our own copies of their pictures named, and with the prices of that moment when one is given."""
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
