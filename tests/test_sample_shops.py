import re
import shutil
import tomllib
from datetime import UTC, datetime

import pytest
from PIL import Image

from lib.catalog import samples
from lib.catalog.health import why_not_advertisable
from lib.catalog.items import all_items, save_items, search
from lib.catalog.model import Item
from lib.catalog.shops import get_shop, list_shops, new_shop, save_shop
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 9, tzinfo=UTC)
SHOPS = ("larkmere", "nawwara")
ARABIC = re.compile(r"[\u0600-\u06ff]")


def pictures_of(item: Item):
    return [*item.pictures, *(variant.picture for variant in item.variants if variant.picture)]


@pytest.fixture
def loaded(db):
    samples.load_sample_shops(db, NOW)
    return db


def test_one_egyptian_and_one_american_shop_come_with_the_studio(loaded):
    shops = {shop.id: shop for shop in list_shops(loaded)}
    nawwara, larkmere = shops["nawwara"], shops["larkmere"]
    assert (nawwara.currency, nawwara.timezone, nawwara.country, nawwara.language) == (
        "EGP", "Africa/Cairo", "EG", "ar",
    )  # fmt: skip
    assert (larkmere.currency, larkmere.timezone, larkmere.country, larkmere.language) == (
        "USD", "America/New_York", "US", "en",
    )  # fmt: skip
    assert all(shop.sample for shop in shops.values())
    assert all(sum(shop.settings.agents_by_hour()) > 0 for shop in shops.values())


@pytest.mark.parametrize("shop_id", SHOPS)
def test_a_sample_shop_has_enough_to_browse_and_shows_what_can_not_be_advertised(shop_id):
    items = samples.sample_items(shop_id, NOW)
    assert 24 <= len(items) <= 40
    reasons = [why_not_advertisable(item) for item in items]
    assert ("no_price",) in reasons
    assert reasons.count(("out_of_stock",)) >= 2
    assert reasons.count(()) >= 0.85 * len(items)
    assert all(item.category for item in items)
    assert 4 <= len({item.category for item in items}) <= 8
    assert sum(bool(item.variants) for item in items) >= 8
    assert sum(item.on_sale for item in items) >= 2
    assert all(dict(v.options) for item in items for v in item.variants)


@pytest.mark.parametrize("shop_id", SHOPS)
def test_titles_fit_an_ad_and_every_text_is_in_the_shops_language(shop_id):
    items = samples.sample_items(shop_id, NOW)
    assert len({item.title for item in items}) == len(items)
    for item in items:
        assert len(item.title) <= 40, item.title
        assert 60 <= len(item.description) <= 260, item.title
        for text in (item.title, item.description, item.category):
            assert bool(ARABIC.search(text)) == (shop_id == "nawwara"), text


@pytest.mark.parametrize("shop_id", SHOPS)
def test_every_picture_is_there_in_full_size_and_light(shop_id):
    folder = samples.SAMPLES / shop_id / "pictures"
    used = {picture.name for item in samples.sample_items(shop_id, NOW) for picture in pictures_of(item)}
    assert used == {path.name for path in folder.iterdir()}
    for name in used:
        assert name.startswith(f"{shop_id}-"), "one address serves the pictures of all shops"
        assert (folder / name).stat().st_size < 60_000
        with Image.open(folder / name) as picture:
            assert (picture.format, picture.size) == ("WEBP", (samples.PICTURE_SIDE, samples.PICTURE_SIDE))
    with (folder.parent / "scenes.toml").open("rb") as file:
        drawn = {f"{shop_id}-{scene['name']}.webp" for scene in tomllib.load(file)["scene"]}
    assert drawn == used


@pytest.mark.parametrize("shop_id", SHOPS)
def test_no_two_items_share_their_first_picture(shop_id):
    items = samples.sample_items(shop_id, NOW)
    assert all(item.pictures for item in items)
    assert len({item.pictures[0].name for item in items}) == len(items)
    assert sum(len(item.pictures) > 1 for item in items) >= 6


def test_the_sample_shops_stay_small():
    assert sum(path.stat().st_size for path in samples.SAMPLES.rglob("*") if path.is_file()) < 8_000_000


def test_loading_again_changes_nothing(loaded):
    before = loaded.execute("SELECT * FROM item ORDER BY id").fetchall()
    assert samples.load_sample_shops(loaded, LATER) == ()
    assert loaded.execute("SELECT * FROM item ORDER BY id").fetchall() == before
    assert len(list_shops(loaded)) == 2


def test_loading_again_keeps_what_the_owner_changed(loaded):
    shop = get_shop(loaded, "nawwara")
    changed = shop.model_copy(update={"settings": shop.settings.model_copy(update={"margin_share": 0.11})})
    save_shop(loaded, changed)
    samples.load_sample_shops(loaded, LATER)
    assert get_shop(loaded, "nawwara").settings.margin_share == 0.11


def test_reset_brings_the_sample_shops_back_and_leaves_other_shops_alone(loaded):
    own = new_shop(loaded, name="My shop", currency="EGP", now=NOW)
    save_shop(loaded, own)
    save_items(loaded, own.id, [Item(retailer_id="1", title="Mine", currency="EGP")], NOW)
    fresh = list(all_items(loaded, "nawwara"))
    shop = get_shop(loaded, "nawwara")
    save_shop(loaded, shop.model_copy(update={"name": "Renamed"}))
    loaded.execute("DELETE FROM item WHERE shop_id = 'nawwara' AND position < 5")

    samples.reset_sample_shops(loaded, LATER)

    assert list(all_items(loaded, "nawwara")) == fresh
    assert get_shop(loaded, "nawwara").name == shop.name
    assert [item.title for item in all_items(loaded, own.id)] == ["Mine"]
    # nothing of the removed rows is left to be found
    assert loaded.execute("SELECT count(*) FROM item_text").fetchone() == loaded.execute(
        "SELECT count(*) FROM item").fetchone()  # fmt: skip


def add_row(db, table: str, **given):
    """A row with something in every column that must not be empty."""
    for column in db[table].columns:
        if column.notnull and column.default_value is None and not column.is_pk:
            given.setdefault(column.name, 1 if column.type == "INTEGER" else "x")
    db[table].insert(given)


def test_reset_takes_drafts_and_launches_of_the_sample_shops_along(loaded):
    add_row(loaded, "draft", id="d", shop_id="nawwara")
    add_row(loaded, "launch", id=1, draft_id="d", shop_id="nawwara")
    add_row(loaded, "journal", launch_id=1, kind="done")
    samples.reset_sample_shops(loaded, LATER)
    assert [loaded[table].count for table in ("draft", "launch", "journal")] == [0, 0, 0]


def test_a_customer_s_spelling_finds_the_item(loaded):
    def found(shop_id: str, text: str) -> list[str]:
        return [item.retailer_id for item in search(loaded, shop_id, text).items]

    assert found("nawwara", "زهريه فخار")[0] == "NW-301"
    assert found("nawwara", "براد")[0] == "NW-201"
    assert found("larkmere", "tent")[0] == "LM-501"
    assert found("larkmere", "Poppy") == ["LM-104"]


def test_a_feed_that_does_not_read_is_said_not_swallowed(tmp_path, monkeypatch):
    shutil.copytree(samples.SAMPLES / "larkmere", tmp_path / "larkmere", ignore=shutil.ignore_patterns("pictures"))
    monkeypatch.setattr(samples, "SAMPLES", tmp_path)
    feed = tmp_path / "larkmere" / "feed.csv"
    feed.write_text(feed.read_text(encoding="utf-8").replace("289.00 USD", "289.00 EGP"), encoding="utf-8")
    with pytest.raises(ValueError, match="larkmere"):
        samples.sample_items("larkmere", NOW)


def test_fonts_and_pictures_carry_their_licences():
    fonts = ROOT / "data" / "fonts"
    assert {path.name for path in fonts.glob("*.woff2")} == {
        f"cairo-{script}-wght-normal.woff2" for script in ("arabic", "latin", "latin-ext")
    }
    assert all(path.read_bytes().startswith(b"wOF2") for path in fonts.glob("*.woff2"))
    assert "SIL Open Font License" in (fonts / "LICENSE-cairo.txt").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in (samples.SAMPLES / "LICENSE-pictures.txt").read_text(encoding="utf-8")


def test_the_icon_is_drawn_at_every_size_a_browser_asks_for():
    images = ROOT / "data" / "images"
    with Image.open(images / "icon.png") as icon:
        assert icon.size == (512, 512)
    with Image.open(images / "favicon.ico") as favicon:
        assert favicon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
