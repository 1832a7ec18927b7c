"""Results into the tables: each call writes what became known since the last one, in one transaction.

Writing the same results again changes nothing. Results computed before an edit was known, or by a worker that was
overtaken, are thrown away and computed again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlite_utils import Database

from lib.catalog.items import get_item
from lib.catalog.model import SELLABLE, Item
from lib.chats.recording import AdCard, ChatContext, record
from lib.launch import journal, leases
from lib.launch.adapter import Adapter
from lib.launch.journal import Entry
from lib.launch.launches import Launch, get_launch
from lib.launch.leases import Lease
from lib.launch.results import Cell, Reach, Results
from lib.store import utc_text, write_tx

KEPT_CHECKPOINTS = 2


def sync_once(db: Database, lease: Lease, adapter: Adapter) -> bool:
    """One batch of results. False when nothing new is known. Raises adapter.Outcome, journal.StaleFence."""
    launch = get_launch(db, lease.launch_id)
    since, final = synced_until(db, launch.id)
    if final:
        return False
    results = adapter.results(launch.id, since)
    if results is None:
        return False
    with write_tx(db):
        if not leases.renew(db, lease, adapter.now()):
            raise journal.StaleFence(launch.id)
        if synced_until(db, launch.id)[0] == since and _edits(db, launch.id) == results.edits:
            write(db, launch, results, adapter.origin, adapter.now())
    return True


def synced_until(db: Database, launch_id: int) -> tuple[int, bool]:
    """Hours of the plan already written, and whether those are all."""
    row = db.execute("SELECT hour, final FROM synced WHERE launch_id = ?", [launch_id]).fetchone()
    return (row[0], bool(row[1])) if row else (0, False)


def _edits(db: Database, launch_id: int) -> int:
    return db.execute("SELECT COUNT(*) FROM edit WHERE launch_id = ?", [launch_id]).fetchone()[0]


def write(db: Database, launch: Launch, results: Results, origin: str, now: datetime) -> None:
    """Inside the caller's write transaction."""
    _write_cells(db, launch.id, results.cells, origin)
    _write_reach(db, launch.id, results.reach, origin)
    record(db, chat_context(db, launch), results.chats)
    _write_checkpoints(db, launch.id, results)
    db.conn.execute(
        "INSERT INTO synced (launch_id, hour, final, at_utc) VALUES (?, ?, ?, ?) ON CONFLICT (launch_id) DO UPDATE "
        "SET hour = excluded.hour, final = excluded.final, at_utc = excluded.at_utc",
        [launch.id, results.until_hour, int(results.final), utc_text(now)],
    )
    if results.final:
        journal.append(db, launch.id, Entry("end", "found", now))


def _write_cells(db: Database, launch_id: int, cells: Sequence[Cell], origin: str) -> None:
    numbers = "impressions", "clicks", "conversations", "spend_micro"
    sets = ", ".join(f"{c} = excluded.{c}" for c in numbers)
    new = ", ".join(f"excluded.{c}" for c in numbers)
    db.conn.executemany(
        f"INSERT INTO insights_hour (launch_id, ad, placement, hour, {', '.join(numbers)}, origin) "
        f"VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET {sets} WHERE ({', '.join(numbers)}) IS NOT ({new})",
        [(launch_id, c.ad, c.placement, c.hour, *(getattr(c, name) for name in numbers), origin) for c in cells],
    )


def _write_reach(db: Database, launch_id: int, reach: Sequence[Reach], origin: str) -> None:
    db.conn.executemany(
        "INSERT INTO insights_reach (launch_id, scope, hour, reach, origin) VALUES (?,?,?,?,?) "
        "ON CONFLICT DO UPDATE SET reach = excluded.reach WHERE reach IS NOT excluded.reach",
        [(launch_id, r.scope, r.hour, r.people, origin) for r in reach],
    )


def _write_checkpoints(db: Database, launch_id: int, results: Results) -> None:
    if not results.checkpoints:
        return
    db.conn.executemany(
        "INSERT OR REPLACE INTO checkpoint (launch_id, hour, engine_version, state) VALUES (?, ?, ?, ?)",
        [(launch_id, hour, results.engine_version, state) for hour, state in results.checkpoints],
    )
    # an edit acts on hours to come only, so nobody goes further back than to the newest
    db.conn.execute(
        "DELETE FROM checkpoint WHERE launch_id = ? AND hour NOT IN "
        "(SELECT hour FROM checkpoint WHERE launch_id = ? ORDER BY hour DESC LIMIT ?)",
        [launch_id, launch_id, KEPT_CHECKPOINTS],
    )


def chat_context(db: Database, launch: Launch) -> ChatContext:
    plan = launch.plan
    remote = journal.standing_of(db, launch.id).remote
    item = get_item(db, launch.shop_id, launch.retailer_id, launch.confirmed)
    return ChatContext(
        shop_id=launch.shop_id,
        launch_id=launch.id,
        launch_key=launch.key,
        start=datetime.fromtimestamp(launch.starts_hour * 3600, UTC),
        currency=launch.currency,
        language=plan.language,
        retailer_id=launch.retailer_id,
        title=plan.offer.title,
        greeting=plan.welcome.greeting,
        prefilled=plan.welcome.prefilled,
        cards={
            creative.name: AdCard(
                source_id=remote.get(f"ad/{number}", ""),
                headline=creative.headline,
                body=creative.primary_text,
                image_url=creative.picture or creative.picture_url,
            )
            for number, creative in enumerate(plan.creatives, start=1)
        },
        shop_name=plan.whatsapp_name or plan.shop_name,
        price_minor=plan.offer.price_minor,
        variants=variant_names(item) if item else (),
        available=item is None or item.availability in SELLABLE,
    )


def variant_names(item: Item) -> tuple[str, ...]:
    """The kinds of the item that can be bought, each by its options."""
    named = (" ".join(value for _, value in v.options) for v in item.variants if v.availability in SELLABLE)
    return tuple(dict.fromkeys(name for name in named if name))
