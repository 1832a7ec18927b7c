"""Shops and what the studio must know about each: hours, people who answer, margin, delivery."""

import json
import re
import unicodedata
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from sqlite_utils import Database

from lib.catalog.homes import HOMES, NOWHERE
from lib.catalog.model import Frozen
from lib.catalog.tables import joined_tx
from lib.market.assumptions import UnknownAssumption
from lib.money import minor_per_unit
from lib.store import parse_utc, utc_text
from lib.store.assumptions import load_assumptions

Share = Annotated[float, Field(ge=0, le=1)]
HOURS_OF_WEEK = 168


class OpeningHours(Frozen):
    """Whole local hours; closes above 24 means after midnight (26: two in the morning)."""

    opens: int = Field(ge=0, le=23)
    closes: int = Field(ge=1, le=30)
    agents: int = Field(ge=0, le=500)


class ShopSettings(Frozen):
    week: tuple[OpeningHours | None, ...] = Field(min_length=7, max_length=7)  # Monday first; None: closed
    chats_each: int = Field(ge=1, le=50)
    bot_share: Share
    margin_share: Share
    delivery_fee_minor: int = Field(ge=0)  # what one delivery costs the shop
    cod_share: Share  # orders paid in cash on delivery
    whatsapp_name: str = Field(default="", max_length=100)
    whatsapp_number: str = Field(default="", max_length=20)

    @field_validator("week")
    @classmethod
    def _opens_before_it_closes(cls, week: tuple[OpeningHours | None, ...]) -> tuple[OpeningHours | None, ...]:
        for day in week:
            if day and day.closes <= day.opens:
                raise ValueError("a day must open before it closes")
        return week

    def agents_by_hour(self) -> tuple[int, ...]:
        """People answering in each of the 168 local hours of the week, from Monday 00:00."""
        hours = [0] * HOURS_OF_WEEK
        for weekday, day in enumerate(self.week):
            if day:
                for hour in range(day.opens, day.closes):
                    hours[(24 * weekday + hour) % HOURS_OF_WEEK] += day.agents
        return tuple(hours)


class Shop(Frozen):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    name: str = Field(min_length=1, max_length=100)
    currency: str
    timezone: str
    country: str = Field(pattern=r"^[A-Z]{2}$")
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    settings: ShopSettings
    sample: bool = False
    created_utc: datetime

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, currency: str) -> str:
        minor_per_unit(currency)
        return currency

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (OSError, KeyError) as unknown:
            raise ValueError(f"unknown time zone {timezone!r}") from unknown
        return timezone

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


_FRIDAY_REST = frozenset("EG SA AE JO KW QA BH OM IQ SY YE LY DZ SD PS".split())


def default_settings(country: str, currency: str, name: str = "") -> ShopSettings:
    """Ordinary hours with two people answering; the rest as data/assumptions.csv has it for the country."""
    usual = OpeningHours(opens=9, closes=18, agents=2)
    week: tuple[OpeningHours | None, ...] = (*[usual] * 5, OpeningHours(opens=10, closes=16, agents=1), None)
    if country in _FRIDAY_REST:
        late = OpeningHours(opens=10, closes=22, agents=2)
        week = (late, late, late, late, OpeningHours(opens=14, closes=22, agents=1), late, late)
    known = load_assumptions()
    return ShopSettings(
        week=week,
        chats_each=round(known.value("chats_at_once")),
        bot_share=known.value("bot_share"),
        margin_share=known.value("margin_share"),
        delivery_fee_minor=_delivery_fee_minor(country, currency),
        cod_share=known.value("cod_share", country=country),
        whatsapp_name=name,
    )


def _delivery_fee_minor(country: str, currency: str) -> int:
    """What a parcel costs, to two figures; 0 where the exchange rate is not known."""
    known = load_assumptions()
    try:
        units = known.value("delivery_fee_usd", country=country) * known.value(f"units_per_usd.{currency}")
    except UnknownAssumption:
        return 0
    step = 10 ** max(len(str(int(units))) - 2, 0)
    return round(units / step) * step * minor_per_unit(currency)


def new_shop(
    db: Database,
    *,
    name: str,
    currency: str,
    now: datetime,
    country: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
) -> Shop:
    """A shop with a free id, not yet saved. What is not given is proposed from the currency."""
    home_country, home_zone, home_language = HOMES.get(currency, NOWHERE)
    country = country or home_country
    return Shop(
        id=_free_id(db, name),
        name=name,
        currency=currency,
        timezone=timezone or home_zone,
        country=country,
        language=language or home_language,
        settings=default_settings(country, currency, name),
        created_utc=now,
    )


def list_shops(db: Database) -> tuple[Shop, ...]:
    rows = db.query("SELECT * FROM shop ORDER BY sample DESC, created_utc, id")
    return tuple(_shop(row) for row in rows)


def get_shop(db: Database, shop_id: str) -> Shop | None:
    for row in db.query("SELECT * FROM shop WHERE id = ?", [shop_id]):
        return _shop(row)
    return None


def find_shop(db: Database, name: str) -> Shop | None:
    """The shop of that id, or else of that name (letter case aside), the oldest first."""
    if shop := get_shop(db, name):
        return shop
    wanted = name.strip().casefold()
    return next((shop for shop in list_shops(db) if shop.name.casefold() == wanted), None)


def save_shop(db: Database, shop: Shop) -> None:
    """Adds the shop or changes it; its currency can not change while it holds items, whose prices are in it."""
    row = {
        "id": shop.id,
        "name": shop.name,
        "currency": shop.currency,
        "timezone": shop.timezone,
        "country": shop.country,
        "language": shop.language,
        "settings_json": shop.settings.model_dump_json(),
        "sample": int(shop.sample),
        "created_utc": utc_text(shop.created_utc),
    }
    with joined_tx(db):
        before = get_shop(db, shop.id)
        if before and before.currency != shop.currency and db["item"].count_where("shop_id = ?", [shop.id]):
            raise ValueError("the currency of a shop with items can not change")
        changes = ", ".join(f"{column} = excluded.{column}" for column in row if column not in ("id", "created_utc"))
        db.conn.execute(
            f"INSERT INTO shop ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
            f" ON CONFLICT (id) DO UPDATE SET {changes}",
            list(row.values()),
        )


def remove_shop(db: Database, shop_id: str) -> None:
    """The shop and all that hangs on it: items, drafts, launches, conversations."""
    with joined_tx(db):
        db.conn.execute("DELETE FROM shop WHERE id = ?", [shop_id])


def _shop(row: dict[str, object]) -> Shop:
    plain = {key: row[key] for key in ("id", "name", "currency", "timezone", "country", "language")}
    settings = json.loads(str(row["settings_json"]))
    return Shop.model_validate(
        {
            **plain,
            "settings": settings,
            "sample": bool(row["sample"]),
            "created_utc": parse_utc(str(row["created_utc"])),
        }
    )


def _free_id(db: Database, name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:50].strip("-") or "shop"
    taken = {row["id"] for row in db.query("SELECT id FROM shop")}
    number = 1
    while (candidate := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return candidate
