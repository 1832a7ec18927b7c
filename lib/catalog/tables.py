from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from lib.store import write_tx


@contextmanager
def joined_tx(db: Database) -> Iterator[None]:
    """Part of the caller's write transaction when there is one, else a transaction of its own."""
    if db.conn.in_transaction:
        yield
        return
    with write_tx(db):
        yield
