"""The two shops that come with the studio, so that nothing is empty at first open."""

import json
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from sqlite_utils import Database

from lib.catalog.items import save_items
from lib.catalog.model import Item, Picture
from lib.catalog.parsing import Parsed, parse
from lib.catalog.shops import Shop, get_shop, save_shop
from lib.catalog.tables import joined_tx

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "shops"
PICTURE_SIDE = 1080


def sample_shop_ids() -> tuple[str, ...]:
    return tuple(path.parent.name for path in sorted(SAMPLES.glob("*/shop.json")))


def load_sample_shops(db: Database, now: datetime) -> tuple[str, ...]:
    """Puts the sample shops and their items in the database; gives the ids of those that were not there.

    Loading again changes nothing: what the owner changed in a shop's settings stays.
    """
    added = []
    with joined_tx(db):
        for shop_id in sample_shop_ids():
            if get_shop(db, shop_id) is None:
                save_shop(db, _shop(shop_id, now))
                added.append(shop_id)
            save_items(db, shop_id, sample_items(shop_id, now), now)
    return tuple(added)


def remove_sample_shops(db: Database) -> None:
    """The sample shops with all that hangs on them: items, drafts, launches, conversations. Other shops stay."""
    with joined_tx(db):
        db.conn.execute("DELETE FROM shop WHERE sample = 1")


def reset_sample_shops(db: Database, now: datetime) -> None:
    """The sample shops as they came, in one transaction."""
    with joined_tx(db):
        remove_sample_shops(db)
        load_sample_shops(db, now)


def sample_items(shop_id: str, now: datetime) -> tuple[Item, ...]:
    """The items of a sample shop in the order of its feed. Raises ValueError when a row of the feed is no item."""
    shop = _shop(shop_id, now)
    feed = (SAMPLES / shop_id / "feed.csv").read_bytes()
    parsed = parse(feed, now=now, currency=shop.currency, timezone=shop.timezone)
    if not isinstance(parsed, Parsed) or parsed.accepted != parsed.rows_read:
        raise ValueError(f"the feed of the sample shop {shop_id} does not read: {parsed}")
    return tuple(_with_own_pictures(item) for item in parsed.items)


def _shop(shop_id: str, now: datetime) -> Shop:
    plain = json.loads((SAMPLES / shop_id / "shop.json").read_text(encoding="utf-8"))
    return Shop.model_validate({**plain, "sample": True, "created_utc": now})


def _with_own_pictures(item: Item) -> Item:
    """The feed names pictures by address, as every feed does; these ones are files that came along."""
    variants = tuple(
        variant.model_copy(update={"picture": variant.picture and _own(variant.picture)}) for variant in item.variants
    )
    return item.model_copy(update={"pictures": tuple(map(_own, item.pictures)), "variants": variants})


def _own(picture: Picture) -> Picture:
    name = PurePosixPath(urlsplit(picture.url).path).name
    return Picture(name=name, width=PICTURE_SIDE, height=PICTURE_SIDE)
