import json
from datetime import date, timedelta

import pytest

from lib.ads.drafts import (
    BadDraft,
    NoDraft,
    archive_draft,
    duplicate_draft,
    get_draft,
    list_drafts,
    read_draft,
    restore_draft,
    save_draft,
)
from lib.catalog.shops import save_shop
from lib.store import write_tx
from tests.ads.examples import NOW, a_draft, a_shop

LATER = NOW + timedelta(days=30)


@pytest.fixture
def shop(db):
    save_shop(db, a_shop())


def stored_at(db, draft_id):
    return db.query("SELECT created_utc, updated_utc FROM draft WHERE id = ?", [draft_id]).__next__()


@pytest.mark.usefixtures("shop")
class TestDrafts:
    def test_a_saved_draft_comes_back_as_it_was(self, db):
        saved = save_draft(db, a_draft(id=""), NOW)
        assert saved.id
        assert get_draft(db, saved.id) == saved
        assert saved == a_draft(id=saved.id)

    def test_saving_again_changes_the_same_draft_and_keeps_when_it_was_made(self, db):
        save_draft(db, a_draft(), NOW)
        save_draft(db, a_draft(name="Mugs"), LATER)
        assert [d.name for d in list_drafts(db, "nile")] == ["Mugs"]
        assert stored_at(db, "d1") == {"created_utc": "2026-11-22T12:00:00Z", "updated_utc": "2026-12-22T12:00:00Z"}

    def test_saving_what_is_there_changes_nothing(self, db):
        save_draft(db, a_draft(), NOW)
        save_draft(db, a_draft(), LATER)
        assert stored_at(db, "d1")["updated_utc"] == "2026-11-22T12:00:00Z"

    def test_the_list_begins_with_the_last_change_and_leaves_out_the_archived(self, db):
        for n, draft_id in enumerate("abc"):
            save_draft(db, a_draft(id=draft_id), NOW + timedelta(minutes=n))
        archive_draft(db, "b", LATER)
        assert [d.id for d in list_drafts(db, "nile")] == ["c", "a"]
        assert [d.id for d in list_drafts(db, "nile", archived=True)] == ["b"]
        restore_draft(db, "b")
        assert [d.id for d in list_drafts(db, "nile")] == ["c", "b", "a"]
        assert list_drafts(db, "other") == ()

    def test_a_copy_is_a_draft_of_its_own(self, db):
        save_draft(db, a_draft(), NOW)
        copy = duplicate_draft(db, "d1", NOW)
        assert copy.id not in ("", "d1")
        assert copy == a_draft(id=copy.id)

    def test_a_copy_of_a_past_run_begins_tomorrow_and_lasts_as_long(self, db):
        save_draft(db, a_draft(), NOW)
        copy = duplicate_draft(db, "d1", LATER)
        assert copy.schedule.first_day == date(2026, 12, 23)
        assert copy.schedule.days == 7

    def test_a_draft_that_is_not_there_is_said_to_be_missing(self, db):
        for call in (lambda: get_draft(db, "x"), lambda: archive_draft(db, "x", NOW), lambda: restore_draft(db, "x")):
            with pytest.raises(NoDraft):
                call()

    def test_a_placement_smuggled_into_the_stored_text_is_refused(self, db):
        save_draft(db, a_draft(), NOW)
        body = json.loads(a_draft().model_dump_json())
        body["placements"].append("whatsapp_status")
        with write_tx(db):
            db.conn.execute("UPDATE draft SET body_json = ?", [json.dumps(body)])
        with pytest.raises(BadDraft):
            get_draft(db, "d1")
        assert list_drafts(db, "nile") == ()


@pytest.mark.parametrize(
    "change",
    [
        {"whatsapp_positions": ["status"]},
        {"budget": {"kind": "daily", "amount_minor": "free"}},
        {"budget": {"kind": "daily", "amount_minor": 1.5}},
        {"language": "xx"},
        {"extra": 1},
        {"name": "x" * 30_000},
    ],
    ids=str,
)
def test_stored_text_that_is_no_draft_is_refused(change):
    with pytest.raises(BadDraft):
        read_draft(json.dumps({**json.loads(a_draft().model_dump_json()), **change}))


@pytest.mark.parametrize("text", ["", "null", "{", "[" * 100_000, '{"a":' * 50_000])
def test_broken_text_is_no_draft(text):
    with pytest.raises(BadDraft):
        read_draft(text)
