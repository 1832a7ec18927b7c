import pytest
from pydantic import ValidationError

from lib.catalog.homes import HOMES
from lib.catalog.items import save_items
from lib.catalog.shops import (
    OpeningHours,
    default_settings,
    find_shop,
    get_shop,
    list_shops,
    new_shop,
    remove_shop,
    save_shop,
)
from lib.store.assumptions import load_assumptions


def test_a_shop_is_read_back_as_it_was_saved(db, shop):
    assert get_shop(db, shop.id) == shop
    assert list_shops(db) == (shop,)
    assert get_shop(db, "none") is None


def test_names_make_free_ids(db, now):
    ids = []
    for name in ("Café Nour!", "Cafe nour", "متجر", "متجر"):
        made = new_shop(db, name=name, currency="USD", now=now)
        save_shop(db, made)
        ids.append(made.id)
    assert ids == ["cafe-nour", "cafe-nour-2", "shop", "shop-2"]


def test_a_shop_is_found_by_id_or_name(db, shop):
    assert find_shop(db, shop.id) == find_shop(db, "bayt NOUR ") == shop
    assert find_shop(db, "other") is None


def test_the_hours_of_the_week_are_the_people_answering():
    week = (OpeningHours(opens=10, closes=12, agents=2), None, None, None, None, None,
            OpeningHours(opens=22, closes=26, agents=3))  # fmt: skip
    hours = default_settings("US", "USD").model_copy(update={"week": week}).agents_by_hour()
    assert {n: count for n, count in enumerate(hours) if count} == {
        0: 3, 1: 3, 10: 2, 11: 2, 166: 3, 167: 3,
    }  # fmt: skip
    assert len(hours) == 168


def test_defaults_follow_the_country(db, now):
    egyptian = new_shop(db, name="a", currency="EGP", now=now)
    assert (egyptian.country, egyptian.timezone, egyptian.language) == ("EG", "Africa/Cairo", "ar")
    assert egyptian.settings.week[4].opens == 14  # Friday
    assert egyptian.settings.cod_share > 0
    assert default_settings("US", "USD").week[6] is None


@pytest.mark.parametrize("currency", HOMES)
def test_every_currency_with_a_home_makes_a_valid_shop(db, now, currency):
    assert new_shop(db, name="a", currency=currency, now=now).zone


@pytest.mark.parametrize("wrong", [{"currency": "XXX"}, {"timezone": "Mars/Base"}, {"country": "egypt"}])
def test_a_shop_with_an_unknown_currency_zone_or_country_is_refused(db, now, wrong):
    given = {"name": "a", "currency": "EGP", "now": now, **wrong}
    with pytest.raises((ValidationError, ValueError)):
        new_shop(db, **given)


def test_a_day_must_open_before_it_closes(shop):
    wrong = (OpeningHours(opens=10, closes=10, agents=1), *shop.settings.week[1:])
    with pytest.raises(ValidationError):
        type(shop.settings)(week=wrong)


def test_the_currency_stays_while_prices_are_in_it(db, shop, make_item, now):
    dollars = shop.model_copy(update={"currency": "USD"})
    save_shop(db, dollars)
    save_items(db, shop.id, [make_item(currency="USD")], now)
    with pytest.raises(ValueError, match="currency"):
        save_shop(db, shop)


def test_changing_a_shop_keeps_its_items(db, shop, make_item, now):
    save_items(db, shop.id, [make_item()], now)
    save_shop(db, shop.model_copy(update={"name": "New"}))
    assert get_shop(db, shop.id).name == "New"
    assert db["item"].count == 1
    remove_shop(db, shop.id)
    assert db["item"].count == 0


def test_what_a_new_shop_is_proposed_comes_from_the_assumptions():
    known = load_assumptions()
    proposed = default_settings("EG", "EGP")
    assert proposed.margin_share == known.value("margin_share")
    assert proposed.cod_share == known.value("cod_share", country="EG")
    fee = known.value("delivery_fee_usd", country="EG") * known.value("units_per_usd.EGP") * 100
    assert proposed.delivery_fee_minor == pytest.approx(fee, rel=0.1)
    assert default_settings("VE", "VES").delivery_fee_minor == 0
