"""Drafts in the database. What comes out is checked as if a stranger had put it in."""

import json
import secrets
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError
from sqlite_utils import Database

from lib.ads.draft import Draft, Schedule
from lib.ads.placements import forbidden_places
from lib.catalog.shops import get_shop
from lib.catalog.tables import joined_tx
from lib.store import utc_text


class BadDraft(ValueError):
    """The stored draft is not readable as one, or asks for an ad inside WhatsApp."""


class NoDraft(LookupError):
    """There is no draft of that id."""


def save_draft(db: Database, draft: Draft, now: datetime) -> Draft:
    """Stores the draft, under a new id when it has none, and returns it as stored."""
    stored = draft if draft.id else draft.model_copy(update={"id": secrets.token_hex(8)})
    moment = utc_text(now)
    with joined_tx(db):
        db.conn.execute(
            "INSERT INTO draft (id, shop_id, retailer_id, body_json, created_utc, updated_utc)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET retailer_id = excluded.retailer_id, body_json = excluded.body_json,"
            " updated_utc = excluded.updated_utc WHERE body_json <> excluded.body_json",
            [stored.id, stored.shop_id, stored.retailer_id, stored.model_dump_json(), moment, moment],
        )
    return stored


def get_draft(db: Database, draft_id: str) -> Draft:
    """Raises NoDraft, BadDraft."""
    for row in db.query("SELECT body_json FROM draft WHERE id = ?", [draft_id]):
        return read_draft(str(row["body_json"]))
    raise NoDraft(draft_id)


def list_drafts(db: Database, shop_id: str, *, archived: bool = False) -> tuple[Draft, ...]:
    """The shop's drafts, last changed first. Unreadable ones are left out: get_draft says why."""
    rows = db.query(
        "SELECT body_json FROM draft WHERE shop_id = ? AND (archived_utc IS NOT NULL) = ?"
        " ORDER BY updated_utc DESC, id",
        [shop_id, int(archived)],
    )
    found = []
    for row in rows:
        try:
            found.append(read_draft(str(row["body_json"])))
        except BadDraft:
            continue
    return tuple(found)


def duplicate_draft(db: Database, draft_id: str, now: datetime) -> Draft:
    """A copy under a new id; a run that has begun is moved as a whole to begin tomorrow. Raises NoDraft, BadDraft."""
    draft = get_draft(db, draft_id)
    shop = get_shop(db, draft.shop_id)
    today = now.astimezone(shop.zone if shop else UTC).date()
    schedule = draft.schedule
    if schedule.first_day <= today:
        length = schedule.last_day - schedule.first_day
        tomorrow = today + timedelta(days=1)
        schedule = Schedule(first_day=tomorrow, last_day=tomorrow + length)
    return save_draft(db, draft.model_copy(update={"id": "", "schedule": schedule}), now)


def archive_draft(db: Database, draft_id: str, now: datetime) -> None:
    """Takes the draft out of the list; nothing is deleted. Raises NoDraft."""
    with joined_tx(db):
        done = db.conn.execute(
            "UPDATE draft SET archived_utc = coalesce(archived_utc, ?) WHERE id = ?", [utc_text(now), draft_id]
        )
    if not done.rowcount:
        raise NoDraft(draft_id)


def restore_draft(db: Database, draft_id: str) -> None:
    """Puts an archived draft back. Raises NoDraft."""
    with joined_tx(db):
        done = db.conn.execute("UPDATE draft SET archived_utc = NULL WHERE id = ?", [draft_id])
    if not done.rowcount:
        raise NoDraft(draft_id)


def read_draft(text: str) -> Draft:
    """A draft from its JSON. Raises BadDraft."""
    try:
        if places := list(forbidden_places(json.loads(text))):
            raise BadDraft(f"inside WhatsApp: {', '.join(places)}")
        return Draft.model_validate_json(text)
    except (ValidationError, ValueError, RecursionError) as bad:
        raise bad if isinstance(bad, BadDraft) else BadDraft(str(bad)) from bad
