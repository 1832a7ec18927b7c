import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from lib.store.migrations import MIGRATIONS

BUSY_SECONDS = 20.0
DATA = Path(__file__).resolve().parents[2] / "data"

_prepared: set[Path] = set()
_preparing = threading.Lock()


def database_path() -> Path:
    """Where the studio keeps its data: $STUDIO_DB, else data/studio.db."""
    named = os.environ.get("STUDIO_DB")
    return Path(named).expanduser().resolve() if named else DATA / "studio.db"


def media_folder() -> Path:
    """Folder beside the database for pictures fetched from elsewhere; made when first asked for."""
    folder = database_path().parent / "media"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def open_database(path: Path | str | None = None) -> Iterator[Database]:
    """A connection for this thread and this use, with the tables in place. Closed on the way out.

    One connection a use, never shared: a connection belongs to the thread that made it.
    """
    file = Path(path).resolve() if path else database_path()
    prepared = file in _prepared and file.exists()
    if not prepared:
        file.parent.mkdir(parents=True, exist_ok=True)
    # autocommit mode: every transaction is opened by write_tx and nowhere else
    connection = sqlite3.connect(str(file), timeout=BUSY_SECONDS, isolation_level=None)
    db = Database(connection, strict=True)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA mmap_size = 0")
        connection.execute("PRAGMA synchronous = FULL")
        if not prepared:
            with _preparing:
                _prepare(db)
                _prepared.add(file)
        yield db
    finally:
        db.close()


def _prepare(db: Database) -> None:
    if db.journal_mode != "wal":
        db.enable_wal()
    if MIGRATIONS.pending(db):
        # the write lock first: two processes starting together must not both migrate
        with write_tx(db):
            MIGRATIONS.apply(db)


@contextmanager
def write_tx(db: Database) -> Iterator[Database]:
    """One write transaction: all of it or nothing.

    It takes the write lock at once (BEGIN IMMEDIATE), so reading before writing can not lose an update.
    BaseException on purpose: a page that is left stops its script with one, and the lock must go.
    """
    if db.conn.in_transaction:
        raise RuntimeError("write_tx inside write_tx: pass the open transaction on instead")
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
    except BaseException:
        # SQLite rolls back by itself when the disk is full
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise
    else:
        db.conn.execute("COMMIT")


def utc_text(moment: datetime) -> str:
    """The one way a moment is written in the database: 2026-11-22T15:04:05.123456Z without empty fractions."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
