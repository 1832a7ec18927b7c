"""What an ordinary ad for an item would bring, remembered so that a grid of items can show it at once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from lib.ads.budgets import usual_daily_minor
from lib.ads.scenario import draft_scenario
from lib.ads.writer import draft_from_item, language_of
from lib.catalog.health import why_not_advertisable
from lib.catalog.items import all_items
from lib.catalog.model import Item
from lib.catalog.shops import Shop
from lib.market import fast
from lib.market.assumptions import Assumptions
from lib.market.scenario import Scenario
from lib.market.version import engine_version
from lib.store import write_tx
from lib.store.assumptions import load_assumptions

SEED = 2021
REPLICATES = 200
DAYS = 7  # as the writer proposes


@dataclass(frozen=True)
class Terms:
    """The ordinary ad: so much a day, so many days."""

    daily_minor: int
    days: int


@dataclass(frozen=True)
class Expected:
    """The middle half of the replicates: as likely inside as outside. Revenue in micro-units of the shop's currency."""

    conversations: tuple[float, float]
    orders: tuple[float, float]
    revenue: tuple[float, float]


def usual_terms(shop: Shop) -> Terms:
    return Terms(usual_daily_minor(shop.currency, load_assumptions()), DAYS)


def _ordinary(shop: Shop, item: Item, now: datetime) -> Scenario:
    # the first of the month, so that what is remembered stays right for the month
    first = now.astimezone(shop.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    draft = draft_from_item(shop, item, language_of(shop), first)
    return draft_scenario(draft, item, shop, first)


def _key(scenario: Scenario, assumptions: Assumptions) -> str:
    told = f"{engine_version()}|{assumptions.digest()}|{SEED}|{REPLICATES}|{scenario!r}"
    return hashlib.sha256(told.encode()).hexdigest()


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
        key = _key(scenario, assumptions)
        if known.get(item.retailer_id) == f"{shop.id}/{item.retailer_id}/{key}":
            continue
        bands = fast.forecast(scenario, assumptions, seed=SEED, replicates=REPLICATES).bands
        body = {name: [bands[name].p25, bands[name].p75] for name in ("conversations", "orders", "revenue")}
        with write_tx(db):
            db.conn.execute(
                "DELETE FROM remembered_forecast WHERE shop_id = ? AND retailer_id = ?", [shop.id, item.retailer_id]
            )
            db.conn.execute(
                "INSERT INTO remembered_forecast (key, shop_id, retailer_id, body_json) VALUES (?, ?, ?, ?)",
                [f"{shop.id}/{item.retailer_id}/{key}", shop.id, item.retailer_id, json.dumps(body)],
            )
        wrote += 1
        if wrote >= limit:
            break
    return wrote
