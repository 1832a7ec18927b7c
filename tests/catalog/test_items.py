from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.catalog.items import all_items, get_item, remove_items, save_items, search
from lib.catalog.model import Picture, Sale, Variant
from lib.catalog.shops import new_shop, remove_shop, save_shop
from lib.store import write_tx


def found(db, shop, text="", **how):
    return [item.retailer_id for item in search(db, shop.id, text, **how).items]


def test_what_is_saved_is_read_back_whole(db, shop, make_item, now):
    variant = Variant(retailer_id="a-1", options=(("Size", "L"),), price_minor=5, picture=Picture(url="https://x/2"))
    item = make_item(description="two\nlines", variants=(variant,), tags=("new",), category="Home > Lamps")
    save_items(db, shop.id, [item], now)
    assert get_item(db, shop.id, "a") == item
    assert list(all_items(db, shop.id)) == [item]
    assert get_item(db, shop.id, "none") is None


def test_saving_the_same_again_touches_no_row(db, shop, make_item, now):
    items = [make_item("a"), make_item("b")]
    save_items(db, shop.id, items, now)
    before = db.execute("SELECT * FROM item").fetchall()
    saved = save_items(db, shop.id, items, now + timedelta(days=1))
    assert (saved.added, saved.changed, saved.unchanged) == (0, 0, 2)
    assert db.execute("SELECT * FROM item").fetchall() == before


def test_a_changed_item_is_found_by_its_new_words_only(db, shop, make_item, now):
    save_items(db, shop.id, [make_item("a", title="Green lamp"), make_item("b")], now)
    saved = save_items(db, shop.id, [make_item("a", title="Blue vase"), make_item("b")], now + timedelta(days=1))
    assert (saved.added, saved.changed, saved.unchanged) == (0, 1, 1)
    assert found(db, shop, "vase") == ["a"]
    assert found(db, shop, "green") == []


def test_a_new_order_of_the_file_is_kept_without_calling_the_items_changed(db, shop, make_item, now):
    save_items(db, shop.id, [make_item("a"), make_item("b")], now)
    saved = save_items(db, shop.id, [make_item("b"), make_item("a")], now)
    assert saved.unchanged == 2
    assert found(db, shop) == ["b", "a"]


def test_removed_items_and_shops_leave_nothing_in_the_index(db, shop, make_item, now):
    save_items(db, shop.id, [make_item("a"), make_item("b")], now)
    remove_items(db, shop.id, ["a"])
    assert found(db, shop, "lamp") == ["b"]
    remove_shop(db, shop.id)
    assert db.execute("SELECT count(*) FROM item_text WHERE item_text MATCH 'lamp'").fetchone() == (0,)


def test_saving_takes_part_in_the_callers_transaction(db, shop, make_item, now):
    with pytest.raises(ValueError), write_tx(db):
        save_items(db, shop.id, [make_item("a")], now)
        raise ValueError
    assert found(db, shop) == []


def test_shops_do_not_see_each_others_items(db, shop, make_item, now):
    other = new_shop(db, name="Other", currency="EGP", now=now)
    save_shop(db, other)
    save_items(db, shop.id, [make_item("a", title="Red lamp")], now)
    save_items(db, other.id, [make_item("a", title="Blue lamp")], now)
    assert found(db, other, "red") == []
    assert get_item(db, shop.id, "a").title == "Red lamp"


ARABIC = {
    "harakat": "كِتَابٌ مصور",
    "article": "الكتاب الكبير",
    "and_article": "دفتر والكتاب",
    "with_article": "هدية بالكتاب",
    "and": "طقم قميص وبنطلون",
    "hamza": "عطر أحمد",
    "ta": "شنطة مدرسة",
    "digits": "طبق ٥٠ سم",
    "tatweel": "عـــطر الورد",
    "with_letter": "كوب بغطاء",
    "pillow": "وسادة قطن",
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("كتاب", {"harakat", "article", "and_article", "with_article"}),
        ("الكتاب", {"harakat", "article", "and_article", "with_article"}),
        ("كتا", {"harakat", "article", "and_article", "with_article"}),
        ("بنطلون", {"and"}),
        ("وبنطلون", {"and"}),
        ("احمد", {"hamza"}),
        ("أحمد", {"hamza"}),
        ("مدرسه", {"ta"}),
        ("مُدَرِّسَة", {"ta"}),
        ("50", {"digits"}),
        ("٥٠", {"digits"}),
        ("عطر", {"hamza", "tatweel"}),
        ("غطاء", {"with_letter"}),
        ("عطر ورد", {"tatweel"}),
        ("وسادة", {"pillow"}),
        ("قميص كتاب", set()),
    ],
)
def test_arabic_is_found_however_it_is_written(db, shop, make_item, now, query, expected):
    save_items(db, shop.id, [make_item(key, title=title) for key, title in ARABIC.items()], now)
    assert set(found(db, shop, query)) == expected


def test_a_word_joined_by_and_stands_beside_the_word_alone(db, shop, make_item, now):
    save_items(db, shop.id, [make_item("set", title="طقم قميص وبنطلون"), make_item("jeans", title="بنطلون جينز")], now)
    assert set(found(db, shop, "بنطلون")) == {"set", "jeans"}


def test_a_guess_at_attached_letters_never_stands_beside_a_true_match(db, shop, make_item, now):
    save_items(db, shop.id, [make_item("blouse", title="بلوزة"), make_item("almond", title="لوز محمص")], now)
    assert found(db, shop, "لوز") == ["almond"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("caf", ["a"]), ("CAFE", ["a"]), ("café mug", ["a"]), ("tee-01", ["b"]), ("xl", ["b"]), ("lamps", ["c"])],
)
def test_words_match_from_their_beginning_whatever_case_or_accent(db, shop, make_item, now, query, expected):
    sizes = (Variant(retailer_id="TEE-01-XL", options=(("Size", "XL"),)),)
    items = [
        make_item("a", title="Café mug"),
        make_item("b", title="T-shirt", variants=sizes),
        make_item("c", title="Light", category="Home > Lamps"),
    ]
    save_items(db, shop.id, items, now)
    assert found(db, shop, query) == expected


def test_a_word_of_the_title_comes_before_the_same_word_in_the_text(db, shop, make_item, now):
    items = [make_item("text", title="Vase", description="goes with the lamp"), make_item("title", title="Lamp")]
    save_items(db, shop.id, items, now)
    assert found(db, shop, "lamp") == ["title", "text"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(query=st.one_of(st.text(), st.text(alphabet="\"*^-+(){}:,.\0'ANDORNOTEAR# \ud800ال")))
def test_no_query_is_an_error(db, shop, query):
    assert search(db, shop.id, query, category=query, page=3).total == 0


@pytest.mark.parametrize(
    "query", ['"', "red AND", "nope:x", "*", "-shoe", "a^", "()", "\0", "", "NEAR(a b)", "{title}"]
)
def test_signs_of_the_query_language_are_plain_text(db, shop, make_item, now, query):
    save_items(db, shop.id, [make_item()], now)
    assert search(db, shop.id, query).total in (0, 1)
    assert search(db, shop.id, f"lamp {query}").total in (0, 1)


def test_filters_and_their_counts(db, shop, make_item, now):
    items = [
        make_item("a", category="Home", price_minor=100),
        make_item("b", category="Home > Lamps", price_minor=200, availability="out of stock"),
        make_item("c", category="Homeware", price_minor=300),
        make_item("d", category="100%_", price_minor=None),
    ]
    save_items(db, shop.id, items, now)
    assert found(db, shop, category="Home") == ["a", "b"]
    assert found(db, shop, category="100%_") == ["d"]
    assert found(db, shop, category="%") == []
    assert found(db, shop, availability="out of stock") == ["b"]
    assert found(db, shop, price_from_minor=200) == ["b", "c"]
    assert found(db, shop, price_to_minor=200, sort="price_down") == ["b", "a"]
    assert found(db, shop, sort="price_down") == ["c", "b", "a", "d"]
    assert found(db, shop, advertisable=True) == ["a", "c"]
    page = search(db, shop.id, category="Home")
    assert dict(page.categories) == {"Home": 1, "Home > Lamps": 1, "Homeware": 1, "100%_": 1}
    assert dict(page.availabilities) == {"in stock": 1, "out of stock": 1}
    assert page.price_range_minor == (100, 200)


def test_pages_hold_every_item_once(db, shop, make_item, now):
    save_items(db, shop.id, [make_item(f"i{n:02}") for n in range(25)], now)
    pages = [search(db, shop.id, "lamp", page=n, per_page=10) for n in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [10, 10, 5]
    assert len({item.retailer_id for page in pages for item in page.items}) == 25
    assert pages[0].pages == 3
    assert search(db, shop.id, page=99, per_page=10).page == 3


def test_the_price_follows_the_sale(db, shop, make_item, now):
    sale = Sale(minor=70, starts=now, ends=now + timedelta(hours=1))
    item = make_item(price_minor=70, regular_minor=100, sale=sale)
    save_items(db, shop.id, [item], now)
    assert get_item(db, shop.id, "a", now).price_minor == 70
    after = get_item(db, shop.id, "a", now + timedelta(hours=1))
    assert (after.price_minor, after.on_sale) == (100, False)
    assert get_item(db, shop.id, "a", now - timedelta(seconds=1)).price_minor == 100


def test_our_copy_of_a_picture_is_named_on_the_item(db, shop, make_item, now):
    save_items(db, shop.id, [make_item()], now)
    with write_tx(db):
        db["picture"].insert({"url": "https://x.example/1", "name": "abc.webp", "width": 4, "height": 5})
    (picture,) = get_item(db, shop.id, "a").pictures
    assert picture == Picture(url="https://x.example/1", name="abc.webp", width=4, height=5)
