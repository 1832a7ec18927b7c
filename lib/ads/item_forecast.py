"""What an ordinary ad for an item would bring, remembered so that a grid of items can show it at once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from lib.ads.budgets import usual_daily_minor
from lib.ads.expectation import REPLICATES, expect
from lib.ads.scenario import draft_scenario
from lib.ads.writer import draft_from_item, language_of
from lib.catalog.health import why_not_advertisable
from lib.catalog.items import all_items
from lib.catalog.model import Item
from lib.catalog.shops import Shop
from lib.market.assumptions import Assumptions
from lib.market.scenario import Scenario
from lib.market.version import engine_version
from lib.store import write_tx
from lib.store.assumptions import load_assumptions

DAYS = 7  # as the writer proposes


@dataclass(frozen=True)
class Terms:
    """The ordinary ad: so much a day, so many days."""

    daily_minor: int
    days: int


@dataclass(frozen=True)
class Expected:
    """80 % bands, as the page on which the ad is written shows them. Revenue in micro-units of the shop's currency."""

    conversations: tuple[float, float]
    orders: tuple[float, float]
    revenue: tuple[float, float]


def usual_terms(shop: Shop) -> Terms:
    return Terms(usual_daily_minor(shop.currency, load_assumptions()), DAYS)


def _ordinary(shop: Shop, item: Item, now: datetime) -> Scenario:
    """What the page on which an ad is written opens with."""
    return draft_scenario(draft_from_item(shop, item, language_of(shop), now), item, shop, now)


def _key(shop: Shop, item: Item, scenario: Scenario, assumptions: Assumptions) -> str:
    told = f"{engine_version()}|{assumptions.digest()}|{REPLICATES}|{scenario!r}"
    return f"{shop.id}/{item.retailer_id}/{hashlib.sha256(told.encode()).hexdigest()}"


def remembered(db: Database, shop: Shop, retailer_ids: Sequence[str]) -> dict[str, Expected]:
    """What is known already of these items; nothing is computed."""
    rows = db.execute(
        "SELECT retailer_id, body_json FROM remembered_forecast"
        " WHERE shop_id = ? AND retailer_id IN (SELECT value FROM json_each(?))",
        [shop.id, json.dumps(list(retailer_ids))],
    )
    return {retailer_id: _expected(json.loads(body)) for retailer_id, body in rows}


def _expected(body: dict[str, list[float]]) -> Expected:
    return Expected(**{name: (band[0], band[1]) for name, band in body.items()})


def remember_missing(db: Database, shop: Shop, now: datetime, limit: int = 20) -> int:
    """Computes up to `limit` forecasts that are missing or no longer true; says how many it wrote.

    Meant for the background: each costs some milliseconds.
    """
    assumptions = load_assumptions()
    known = {row[0]: row[1] for row in db.execute(
        "SELECT retailer_id, key FROM remembered_forecast WHERE shop_id = ?", [shop.id])}  # fmt: skip
    wrote = 0
    for item in all_items(db, shop.id, now):
        if why_not_advertisable(item):
            continue
        scenario = _ordinary(shop, item, now)
        key = _key(shop, item, scenario, assumptions)
        if known.get(item.retailer_id) == key:
            continue
        bands = expect(scenario).bands
        body = {name: [bands[name].p10, bands[name].p90] for name in ("conversations", "orders", "revenue")}
        with write_tx(db):
            db.conn.execute(
                "DELETE FROM remembered_forecast WHERE shop_id = ? AND retailer_id = ?", [shop.id, item.retailer_id]
            )
            db.conn.execute(
                "INSERT INTO remembered_forecast (key, shop_id, retailer_id, body_json) VALUES (?, ?, ?, ?)",
                [key, shop.id, item.retailer_id, json.dumps(body)],
            )
        wrote += 1
        if wrote >= limit:
            break
    return wrote
