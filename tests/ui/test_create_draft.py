import pytest

from lib.ads.draft import Audience
from lib.ads.writer import draft_from_item
from lib.ui.create_draft import Work, speak, value_at, with_value
from tests.ads.examples import NOW, a_draft, a_shop, an_item


@pytest.fixture
def work():
    draft = a_draft()
    return Work(a_shop(), an_item(), draft, draft)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("creatives.0.headline", "Mugs"),
        ("welcome.ice_breakers.0", "Where are you?"),
        ("budget.amount_minor", 31_000),
        ("placements", ("instagram_feed",)),
        ("audience", Audience(countries=("SA",), age_min=20)),
    ],
)
def test_an_edit_changes_its_field_and_nothing_else(work, path, value):
    before = work.draft
    work.set(path, value)
    assert value_at(work.draft, path) == value
    assert with_value(work.draft, path, value_at(before, path)) == before


@pytest.mark.parametrize(
    ("path", "value"),
    [("budget.kind", "hourly"), ("creatives.7.headline", "x"), ("no_such_field", 1), ("budget.amount_minor", "much")],
)
def test_what_no_widget_sends_changes_nothing(work, path, value):
    before = work.draft
    work.set(path, value)
    assert work.draft == before


def test_what_the_program_writes_gets_new_widgets_and_what_a_person_types_does_not(work):
    key = work.key("budget.amount_minor")
    work.set("budget.amount_minor", 40_000)
    assert work.key("budget.amount_minor") == key
    work.rewrite("budget.amount_minor", 50_000)
    assert work.key("budget.amount_minor") != key


def test_another_language_rewrites_the_studios_words_and_leaves_a_persons_own():
    shop, item = a_shop(), an_item()
    draft = draft_from_item(shop, item, "en", NOW).model_copy(update={"id": "d1"})
    work = Work(shop, item, draft, draft)
    work.set("creatives.0.headline", "My own headline")
    speak(work, "ar")
    arabic = draft_from_item(shop, item, "ar", NOW)
    assert work.draft.language == "ar"
    assert work.draft.creatives[0].headline == "My own headline"
    assert work.draft.creatives[0].primary_text == arabic.creatives[0].primary_text
    assert work.draft.welcome == arabic.welcome
    assert work.draft.id == "d1"
