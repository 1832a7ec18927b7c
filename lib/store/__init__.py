"""The studio's one SQLite file: opening it, writing to it, its tables."""

from lib.store.database import database_path, media_folder, open_database, parse_utc, utc_text, write_tx

__all__ = ["database_path", "media_folder", "open_database", "parse_utc", "utc_text", "write_tx"]
