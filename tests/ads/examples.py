from datetime import UTC, date, datetime

from lib.ads.draft import Audience, Budget, Creative, Draft, Schedule, Welcome
from lib.catalog.model import Item, Picture
from lib.catalog.shops import Shop, default_settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_shop(currency="EGP", country="EG", timezone="Africa/Cairo", **given):
    plain = dict(
        id="nile", name="Nile House", language="en", settings=default_settings(country, currency), created_utc=NOW
    )
    return Shop(currency=currency, country=country, timezone=timezone, **{**plain, **given})


def an_item(**given):
    plain = dict(
        retailer_id="mug",
        title="Stoneware mug",
        description="A mug with some weight to it.",
        currency="EGP",
        price_minor=18_000,
        pictures=(Picture(name="mug.webp"), Picture(name="mug-2.webp")),
    )
    return Item(**{**plain, **given})


def a_draft(**given):
    """A draft without fault for `an_item` of `a_shop`; what is given differs."""
    creative = Creative(name="A", primary_text="A mug for 180 EGP.", headline="Stoneware mug", picture="mug.webp")
    plain = dict(
        id="d1",
        shop_id="nile",
        retailer_id="mug",
        name="Stoneware mug",
        language="en",
        currency="EGP",
        creatives=(creative,),
        audience=Audience(countries=("EG",)),
        budget=Budget(amount_minor=25_000),
        schedule=Schedule(first_day=date(2026, 11, 23), last_day=date(2026, 11, 29)),
        placements=("facebook_feed", "instagram_feed", "instagram_story"),
        welcome=Welcome(
            greeting="Welcome", prefilled="Is the stoneware mug there?", ice_breakers=("How much is delivery?",)
        ),
    )
    return Draft(**{**plain, **given})
