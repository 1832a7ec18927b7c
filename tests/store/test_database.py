import multiprocessing
from datetime import UTC, datetime

import pytest
from sqlite_utils.utils import sqlite3

from lib.store import database_path, open_database, parse_utc, utc_text, write_tx

SHOP = dict(
    name="Shop",
    currency="EGP",
    timezone="Africa/Cairo",
    country="EG",
    language="ar",
    settings_json="{}",
    created_utc="2026-01-01T00:00:00Z",
)


def test_the_environment_names_the_database(studio_db):
    assert database_path() == studio_db


def test_a_failed_write_leaves_nothing_behind(db):
    with pytest.raises(ValueError), write_tx(db):
        db["shop"].insert({"id": "a", **SHOP})
        raise ValueError
    assert db["shop"].count == 0
    with write_tx(db):
        db["shop"].insert({"id": "a", **SHOP})
    assert db["shop"].count == 1


def test_a_write_inside_a_write_is_refused(db):
    with write_tx(db), pytest.raises(RuntimeError, match="inside"), write_tx(db):
        pass


def test_text_in_a_number_column_is_refused(db):
    with write_tx(db):
        db["shop"].insert({"id": "a", **SHOP})
    with pytest.raises(sqlite3.IntegrityError), write_tx(db):
        db.conn.execute("UPDATE shop SET sample = 'many'")


def _raise_by_one(path, times):
    for _ in range(times):
        with open_database(path) as db, write_tx(db):
            (sample,) = db.conn.execute("SELECT sample FROM shop").fetchone()
            db.conn.execute("UPDATE shop SET sample = ?", [sample + 1])


def test_two_processes_that_read_and_write_lose_nothing(studio_db):
    with open_database() as db, write_tx(db):
        db["shop"].insert({"id": "a", **SHOP})
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_raise_by_one, args=(str(studio_db), 40)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    with open_database() as db:
        assert db.execute("SELECT sample FROM shop").fetchone() == (80,)


def test_moments_are_written_in_utc():
    assert utc_text(datetime.fromisoformat("2026-11-22T17:00:00+02:00")) == "2026-11-22T15:00:00Z"
    assert parse_utc("2026-11-22T15:00:00Z") == datetime(2026, 11, 22, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        utc_text(datetime(2026, 11, 22))


def test_the_journal_can_not_be_rewritten(db):
    with write_tx(db):
        db["shop"].insert({"id": "a", **SHOP})
        db["draft"].insert(
            {"id": "d", "shop_id": "a", "retailer_id": "r", "body_json": "{}", "created_utc": "", "updated_utc": ""}
        )
        db["launch"].insert(
            {
                "id": 1, "key": "k", "draft_id": "d", "shop_id": "a", "retailer_id": "r", "name": "n",
                "adapter": "simulated", "account_id": "x", "currency": "EGP", "daily_minor": 1, "cap_minor": 1,
                "spec_json": "{}", "spec_sha256": "", "starts_hour": 0, "hours": 24, "seed": 1,
                "state": "CONFIRMED", "created_by": "me", "confirmed_utc": "",
            }
        )  # fmt: skip
        db["journal"].insert({"id": 1, "launch_id": 1, "step": "campaign", "kind": "intent", "fence": 1, "ts_utc": ""})
    for statement in (
        "UPDATE journal SET kind = 'done'",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal (id, launch_id, step, kind, fence, ts_utc) VALUES (1, 1, 'ad', 'done', 1, '')",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), write_tx(db):
            db.conn.execute(statement)
    with write_tx(db):
        db.conn.execute("DELETE FROM shop")
    assert db["journal"].count == 0
