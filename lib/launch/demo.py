"""The finished campaigns of the sample shops: real launches in every respect, carried out on a clock of their own."""

from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from lib.ads.draft import Language
from lib.ads.drafts import save_draft
from lib.ads.expectation import expect
from lib.ads.plan import freeze
from lib.ads.scenario import scenario_of
from lib.ads.writer import draft_from_item, with_second_creative
from lib.catalog import health, items, samples
from lib.catalog.model import Item
from lib.catalog.shops import Shop, get_shop
from lib.launch import launches, leases, sync
from lib.launch.engine_run import EngineRuns
from lib.launch.launches import Launch
from lib.launch.simulated import Settings, SimulatedPlatform
from lib.launch.worker import Worker
from lib.store import write_tx

DAYS_AGO = 24  # a week of ads and two of late orders and parcels lie behind
SEED = 20_261
OWNER = f"{leases.HELD}demo"
TURN = timedelta(seconds=0.5)
MOST_TURNS = 200


def ensure_finished_campaigns(db: Database, now: datetime) -> tuple[Launch, ...]:
    """One finished campaign for each sample shop that has none; what was begun and cut off is brought to its end."""
    made = []
    for shop_id in samples.sample_shop_ids():
        shop = get_shop(db, shop_id)
        if shop is None:
            continue
        begun = _begun(db, shop_id)
        if begun is not None:
            made.append(_run_to_the_end(db, begun.id, _Wall(begun.confirmed)))
        elif not _any_launch(db, shop_id):
            made.append(make_finished_campaign(db, shop, _shown_item(db, shop, now), now=now))
    return tuple(made)


def reset(db: Database, now: datetime) -> tuple[Launch, ...]:
    """The demo as it came: sample shops, their items and their finished campaigns; other shops stay untouched."""
    with write_tx(db):
        for shop_id in samples.sample_shop_ids():
            _forget_platform_objects(db, shop_id)
        samples.reset_sample_shops(db, now)
    return ensure_finished_campaigns(db, now)


def make_finished_campaign(
    db: Database, shop: Shop, item: Item, *, now: datetime, seed: int = SEED, days_ago: int = DAYS_AGO
) -> Launch:
    """A week that ended some days before `now`, launched, reviewed and run to its end like any other.

    The same shop, item, day and seed give the same campaign.
    """
    wall = _Wall(_morning(shop, now - timedelta(days=days_ago)))
    draft = draft_from_item(shop, item, _language(shop), wall.now)
    draft = save_draft(db, with_second_creative(draft, shop, item, wall.now), wall.now)
    plan = freeze(draft, item, shop, wall.now)
    forecast_json = expect(scenario_of(plan)).to_json()
    confirmed = launches.confirm(
        db, plan, by="owner", now=wall.now, forecast_json=forecast_json, seed=seed, held_by=OWNER
    )
    return _run_to_the_end(db, confirmed.launch.id, wall)


def _run_to_the_end(db: Database, launch_id: int, wall: "_Wall") -> Launch:
    runs = EngineRuns()
    never_refused = Settings(refusal_share=0.0)

    def platform(name: str, account_id: str, connection: Database) -> SimulatedPlatform:
        return SimulatedPlatform(connection, wall, runs, settings=never_refused)

    worker = Worker(owner=OWNER, clock_now=wall, adapter_for=platform, only=launch_id)
    for _ in range(MOST_TURNS):
        worker.tick(db)
        launch = launches.get_launch(db, launch_id)
        if sync.synced_until(db, launch_id)[1] or launch.state in {"FAILED", "NEEDS_REVIEW"}:
            leases.hand_over(db, launch_id, OWNER)
            return launch
        if launch.running:
            launches.jump(db, launch_id, now=wall.now)
        wall.now += TURN
    raise RuntimeError(f"the campaign of launch {launch_id} did not come to its end")


class _Wall:
    """A clock on the wall that is moved by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _morning(shop: Shop, moment: datetime) -> datetime:
    """Ten o'clock of that day in the shop, so that the campaign depends on the day and not on the minute."""
    return moment.astimezone(shop.zone).replace(hour=10, minute=0, second=0, microsecond=0).astimezone(UTC)


def _language(shop: Shop) -> Language:
    return "ar" if shop.language == "ar" else "en"


def _shown_item(db: Database, shop: Shop, now: datetime) -> Item:
    """The first item of the shop that can be advertised and has a second picture, or else any that can."""
    fit = [item for item in items.all_items(db, shop.id, now) if not health.why_not_advertisable(item)]
    return next((item for item in fit if len(item.pictures) > 1), fit[0])


def _begun(db: Database, shop_id: str) -> Launch | None:
    rows = db.execute("SELECT id FROM launch WHERE shop_id = ? AND lease_owner = ?", [shop_id, OWNER]).fetchall()
    return launches.get_launch(db, rows[0][0]) if rows else None


def _any_launch(db: Database, shop_id: str) -> bool:
    return bool(db["launch"].count_where("shop_id = ?", [shop_id]))


def _forget_platform_objects(db: Database, shop_id: str) -> None:
    keys = [
        launch.key for archived in (False, True) for launch in launches.list_launches(db, shop_id, archived=archived)
    ]
    db.conn.executemany("DELETE FROM platform_object WHERE instr(name, ?) > 0", [(f"[wa:{key}:",) for key in keys])
