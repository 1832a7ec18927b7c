"""The inbox's list with twenty thousand conversations: what a redraw costs the server."""

import json
import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from lib.catalog.shops import new_shop, save_shop
from lib.chats import listing
from lib.store import open_database, utc_text, write_tx
from lib.ui import chats_words, html

MANY = 20_000
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def inbox():
    """Rows for `python -m lib bench`: one redraw of the list, filters counted, for each filter; the slowest."""
    # words are looked up outside a page here, which Streamlit would remark on each time
    for name in ("runtime.scriptrunner_utils.script_run_context", "runtime.state.session_state_proxy"):
        logging.getLogger(f"streamlit.{name}").disabled = True
    with TemporaryDirectory() as folder, open_database(Path(folder) / "studio.db") as db:
        shop = new_shop(db, name="Many", currency="EGP", now=NOW)
        save_shop(db, shop)
        fill(db, shop.id, MANY)
        times = [redraw(db, shop.id, which) for _ in range(5) for which in listing.WHICH]
        scan = _scan(db)
    slowest = 1000 * max(times)
    return {
        "name": f"inbox: redraw the list, {MANY:,} conversations",
        "value": slowest,
        "unit": "ms (slowest)",
        "yardstick": f"reading every message once: {1000 * scan:.0f} ms",
        "target": 300,
        "met": slowest < 300,
    }


def fill(db, shop_id, many):
    with write_tx(db):
        db.conn.executemany(
            "INSERT INTO contact (id, shop_id, wa_id, name, origin) VALUES (?, ?, ?, ?, 'measured')",
            [(n, shop_id, f"2010{n:08d}", f"Person {n}") for n in range(1, many + 1)],
        )
        db.conn.executemany(
            "INSERT INTO conversation (id, shop_id, contact_id, started_utc, replied_utc, left_utc, origin) "
            "VALUES (?, ?, ?, ?, ?, ?, 'measured')",
            [
                (n, shop_id, n, _at(n), _at(n, 90) if n % 3 else None, _at(n, 900) if n % 3 == 0 and n % 2 else None)
                for n in range(1, many + 1)
            ],
        )
        db.conn.executemany(
            "INSERT INTO message (conversation_id, direction, sender, kind, body_json, at_utc, origin) "
            "VALUES (?, 'in', 'customer', 'text', ?, ?, 'measured')",
            [(n, json.dumps({"text": f"Hello {m}"}), _at(n, m)) for n in range(1, many + 1) for m in range(4)],
        )
        db.conn.executemany(
            "INSERT INTO customer_order (conversation_id, currency, total_minor, ordered_utc, origin) "
            "VALUES (?, 'EGP', 10000, ?, 'measured')",
            [(n, _at(n, 2000)) for n in range(1, many + 1, 5)],
        )


def _at(n, seconds=0):
    return utc_text(NOW - timedelta(minutes=n) + timedelta(seconds=seconds))


def redraw(db, shop_id, which):
    start = time.perf_counter()
    listing.counts(db, shop_id)
    rows = listing.rows(db, shop_id, now=NOW, which=which)
    shown = [
        {
            "id": r.id,
            "name": r.name,
            "initial": chats_words.initial(r.name),
            "said": r.said,
            "mark": chats_words.mark_of(r),
            "tone": chats_words.tone_of(r.standing, r.wait_s),
            "when": r.at,
        }
        for r in rows
    ]
    html.render("chats_list.html", rows=shown, opened=0, label="", nobody="")
    return time.perf_counter() - start


def _scan(db):
    start = time.perf_counter()
    db.execute("SELECT SUM(length(body_json)) FROM message").fetchone()
    return time.perf_counter() - start
