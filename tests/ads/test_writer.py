import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ads.checks import check
from lib.ads.plan import freeze
from lib.ads.text import length
from lib.ads.writer import LANGUAGES, draft_from_item, language_of, with_second_creative
from lib.catalog.model import Item, Picture, Variant
from lib.catalog.samples import load_sample_shops, sample_items, sample_shop_ids
from lib.catalog.shops import get_shop
from lib.money import CURRENCIES
from tests.ads.examples import NOW, a_shop, an_item

ARABIC = re.compile("[\u0620-\u064a]")


@pytest.fixture(params=sample_shop_ids())
def sample(db, request):
    """A sample shop with its items."""
    load_sample_shops(db, NOW)
    return get_shop(db, request.param), sample_items(request.param, NOW)


def words_of(draft):
    welcome = draft.welcome
    for c in draft.creatives:
        yield from (c.primary_text, c.headline, c.description)
    yield from (welcome.greeting, welcome.prefilled, *welcome.ice_breakers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_from_an_item_can_be_launched_as_it_is(language):
    draft = draft_from_item(a_shop(), an_item(), language, NOW)
    assert check(draft, an_item(), a_shop(), NOW) == ()
    plan = freeze(draft, an_item(), a_shop(), NOW)
    assert plan.days == 7
    assert plan.budget.amount_minor == 25_000
    assert plan.audience.countries == ("EG",)
    assert (plan.audience.age_min, plan.audience.age_max) == (18, 65)
    assert len(plan.placements) == 6


def test_sample_items_get_drafts_with_nothing_wrong_but_the_item_itself(sample):
    shop, items = sample
    for item in items:
        for language in LANGUAGES:
            draft = with_second_creative(draft_from_item(shop, item, language, NOW), shop, item, NOW)
            assert {c.field for c in check(draft, item, shop, NOW)} <= {"item"}, item.title


def test_a_grid_of_ads_does_not_read_the_same(sample):
    shop, items = sample
    drafts = [draft_from_item(shop, item, shop.language, NOW) for item in items]
    endings = {" ".join(d.creatives[0].primary_text.split()[-4:]) for d in drafts}
    assert len(endings) >= 6
    assert len({d.welcome.greeting for d in drafts}) >= 3
    assert len({d.creatives[0].description for d in drafts}) >= 4


def test_the_same_item_gives_the_same_draft():
    assert draft_from_item(a_shop(), an_item(), "en", NOW) == draft_from_item(a_shop(), an_item(), "en", NOW)


def test_the_words_are_in_the_language_asked_for():
    bare = an_item(description="")
    shop = a_shop(name="بيت النيل")
    titled = an_item(title="كوب", description="")
    assert not any(ARABIC.search(text) for text in words_of(draft_from_item(a_shop(), bare, "en", NOW)))
    assert all(ARABIC.search(text) for text in words_of(draft_from_item(shop, titled, "ar", NOW)))


def test_a_description_in_another_language_is_not_quoted():
    item = an_item(description="كوب ثقيل مصنوع يدويًا بعناية.")
    assert not ARABIC.search(draft_from_item(a_shop(), item, "en", NOW).creatives[0].primary_text)


@pytest.mark.parametrize(
    ("change", "language", "said"),
    [
        (dict(), "en", "EGP\u00a0180"),
        (dict(), "ar", "180\u00a0ج.م"),
        (dict(price_minor=15_000, regular_minor=18_000), "en", "EGP\u00a0150"),
        (dict(price_minor=15_000, regular_minor=18_000), "en", "EGP\u00a0180"),
        (dict(price_minor=15_000, regular_minor=18_000), "ar", "150\u00a0ج.م"),
        (
            dict(
                price_minor=None,
                variants=(Variant(retailer_id="s", price_minor=100), Variant(retailer_id="l", price_minor=900)),
            ),
            "en",
            "EGP\u00a01",
        ),
    ],
)
def test_the_price_is_said(change, language, said):
    assert said in draft_from_item(a_shop(), an_item(**change), language, NOW).creatives[0].primary_text


def test_no_price_no_number():
    draft = draft_from_item(a_shop(), an_item(price_minor=None), "en", NOW)
    assert not any(re.search(r"\d|EGP", text) for text in words_of(draft))


def test_the_message_typed_for_the_customer_names_the_item():
    for language in LANGUAGES:
        assert "Stoneware mug" in draft_from_item(a_shop(), an_item(), language, NOW).welcome.prefilled


def test_two_creatives_differ_in_words_and_picture():
    for language in LANGUAGES:
        draft = with_second_creative(draft_from_item(a_shop(), an_item(), language, NOW), a_shop(), an_item(), NOW)
        first, second = draft.creatives
        assert (first.name, second.name) == ("A", "B")
        assert first.primary_text != second.primary_text
        assert first.headline != second.headline
        assert (first.picture, second.picture) == ("mug.webp", "mug-2.webp")


def test_a_title_with_an_article_keeps_one():
    draft = draft_from_item(a_shop(), an_item(title="The Mug", description=""), "en", NOW)
    assert not re.search(r"\bthe the\b", " ".join(words_of(draft)), re.IGNORECASE)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_the_proposed_budget_passes_in_every_currency(currency):
    shop, item = a_shop(currency), an_item(currency=currency)
    draft = draft_from_item(shop, item, "en", NOW)
    assert not [c for c in check(draft, item, shop, NOW) if c.severity == "error"]


def test_a_european_shop_names_who_pays():
    shop = a_shop("EUR", "DE", "Europe/Berlin")
    draft = draft_from_item(shop, an_item(currency="EUR"), "en", NOW)
    assert draft.dsa_beneficiary == draft.dsa_payor == "Nile House"
    assert check(draft, an_item(currency="EUR"), shop, NOW) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400), st.sampled_from(LANGUAGES), st.none() | st.integers(0, 10**9))
def test_any_title_and_description_give_clean_words_within_the_limits(title, description, language, price):
    item = Item(
        retailer_id="r", title=title, description=description, currency="EGP", price_minor=price,
        pictures=(Picture(name="a.webp"),),
    )  # fmt: skip
    draft = draft_from_item(a_shop(), item, language, NOW)
    codes = {c.code for c in check(draft, item, a_shop(), NOW)}
    assert not codes & {"text_too_long", "direction_marks", "control_characters", "primary_text_empty"}
    creative = draft.creatives[0]
    assert length(creative.headline) <= 40 or "stacked_marks" in codes
    assert "{" not in creative.primary_text.replace(title, "") or "{" in title + description


@pytest.mark.parametrize(("spoken", "written"), [("ar", "ar"), ("en", "en"), ("de", "en")])
def test_a_shop_whose_language_the_studio_does_not_write_gets_english(spoken, written):
    assert language_of(a_shop(language=spoken)) == written
