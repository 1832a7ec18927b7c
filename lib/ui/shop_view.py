"""The shop's own facts on screen: who answers and when, what an order earns. Each feeds the forecast."""

from zoneinfo import available_timezones

import streamlit as st
from babel import Locale
from babel.dates import get_day_names
from pydantic import ValidationError

from lib.ads.regions import is_country
from lib.catalog.shops import OpeningHours, Shop, ShopSettings, save_shop
from lib.money import BadAmount, parse_amount, to_decimal
from lib.store import open_database
from lib.ui import format as f
from lib.ui import html, language
from lib.ui.charts import plain
from lib.ui.language import LANGUAGES, _, ngettext

DEEPEST_NIGHT = 30  # closing hour 30 is six in the morning
SHARES = tuple(n / 100 for n in range(0, 101, 5))


def draw(shop: Shop) -> None:
    """The form, saved as a whole or not at all."""
    with st.form(f"shop_form_{shop.id}", border=False):
        facts, earnings = st.columns(2, gap="large")
        with facts:
            named = _about(shop)
        with earnings:
            money = _earnings(shop)
        week = _week(shop)
        _strip(shop)
        if st.form_submit_button(_("Save"), type="primary", key=f"shop_save_{shop.id}"):
            _save(shop, named, money, week)


def _about(shop: Shop) -> dict[str, object]:
    st.subheader(_("The shop"), anchor=False)
    territories = Locale.parse(language.current()).territories
    countries = sorted((code for code in territories if is_country(code)), key=lambda code: territories[code])
    zones = sorted(available_timezones())
    return {
        "name": st.text_input(_("Name"), shop.name, max_chars=100, key=f"shop_name_{shop.id}"),
        "country": st.selectbox(
            _("Country"),
            countries,
            index=countries.index(shop.country) if shop.country in countries else 0,
            format_func=lambda code: str(territories[code]),
            key=f"shop_country_{shop.id}",
            help=_("Ads go to people here first, at the prices of this country."),
        ),
        "timezone": st.selectbox(
            _("Time zone"),
            zones,
            index=zones.index(shop.timezone),
            key=f"shop_zone_{shop.id}",
            help=_("Days, budgets and opening hours follow this clock."),
        ),
        "language": st.selectbox(
            _("Customers read"),
            list(LANGUAGES),
            index=list(LANGUAGES).index(shop.language) if shop.language in LANGUAGES else 0,
            format_func=LANGUAGES.__getitem__,
            key=f"shop_language_{shop.id}",
            help=_("Ads are written in this language."),
        ),
        "whatsapp_name": st.text_input(
            _("Name in WhatsApp"), shop.settings.whatsapp_name, max_chars=100, key=f"shop_wa_name_{shop.id}"
        ),
        "whatsapp_number": st.text_input(
            _("WhatsApp number"),
            shop.settings.whatsapp_number,
            max_chars=20,
            key=f"shop_wa_number_{shop.id}",
            placeholder="+20 100 000 0000",
        ),
    }


def _earnings(shop: Shop) -> dict[str, object]:
    st.subheader(_("What an order earns"), anchor=False)
    own = shop.settings
    return {
        "margin_share": _share(
            _("Margin, share of the price"),
            own.margin_share,
            f"shop_margin_{shop.id}",
            _("What is left of the price after buying the goods. It decides how much a chat may cost."),
        ),
        "delivery_fee": st.text_input(
            _("One delivery costs the shop ({currency})", currency=shop.currency),
            f"{to_decimal(own.delivery_fee_minor, shop.currency):f}",
            max_chars=14,
            key=f"shop_delivery_{shop.id}",
        ),
        "cod_share": _share(
            _("Orders paid on delivery"),
            own.cod_share,
            f"shop_cod_{shop.id}",
            _("Some of them are refused at the door, and the delivery is paid all the same."),
        ),
        "bot_share": _share(
            _("Chats a bot answers at once"),
            own.bot_share,
            f"shop_bot_{shop.id}",
            _("The rest waits for a person."),
        ),
        "chats_each": st.number_input(
            _("Chats one person holds at once"),
            1,
            50,
            own.chats_each,
            key=f"shop_chats_each_{shop.id}",
            help=_("More at once means less waiting, but each chat takes longer."),
        ),
    }


def _share(label: str, value: float, key: str, why: str) -> float:
    stops = sorted({*SHARES, value})
    return st.select_slider(label, stops, value, key=key, format_func=lambda share: f.percent(share, 0), help=why)


def _week(shop: Shop) -> list[OpeningHours | None]:
    st.subheader(_("Who answers, and when"), anchor=False)
    st.caption(_("People who write outside these hours wait until the shop opens, and many do not wait."))
    names = get_day_names("wide", locale=language.current())
    with st.container(key="shop-week", gap="xsmall"):
        return [_day(shop, weekday, names[weekday]) for weekday in _from_first_day()]


def _from_first_day() -> list[int]:
    """Weekdays (Monday 0) in the order of the week as read in the language."""
    first = Locale.parse("ar_EG" if language.current() == "ar" else "en").first_week_day
    return [(first + n) % 7 for n in range(7)]


def _day(shop: Shop, weekday: int, name: str) -> OpeningHours | None:
    day = shop.settings.week[weekday]
    key = f"{shop.id}_{weekday}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"shop-day-{key}"):
        open_ = st.toggle(name, day is not None, key=f"shop_open_{key}")
        opens, closes = st.select_slider(
            _("Hours on {day}", day=name),
            range(DEEPEST_NIGHT + 1),
            (day.opens, day.closes) if day else (9, 18),
            key=f"shop_hours_{key}",
            format_func=_hour,
            label_visibility="collapsed",
        )
        agents = st.number_input(
            _("People answering on {day}", day=name),
            0,
            500,
            day.agents if day else 1,
            key=f"shop_agents_{key}",
            label_visibility="collapsed",
            width=120,
        )
    if not open_ or closes <= opens or opens > 23:
        return None
    return OpeningHours(opens=opens, closes=closes, agents=agents)


def _hour(hour: int) -> str:
    return f"{hour % 24:02d}:00" if hour < 25 else f"{hour % 24:02d}:00 +1"


def _strip(shop: Shop) -> None:
    """The week at a glance, as it is saved."""
    names = get_day_names("abbreviated", locale=language.current())
    by_hour = shop.settings.agents_by_hour()
    most = max(max(by_hour), 1)
    rows = [
        (names[day], [(n, round(n / most, 2)) for n in by_hour[24 * day : 24 * day + 24]]) for day in _from_first_day()
    ]
    hours = sum(by_hour)
    html.draw(
        "week.html",
        rows=rows,
        title=_("The week as saved"),
        total=ngettext("{n} hour of answering a week", "{n} hours of answering a week", hours),
    )


def _save(shop: Shop, named: dict[str, object], money: dict[str, object], week: list[OpeningHours | None]) -> None:
    try:
        fee = parse_amount(str(money.pop("delivery_fee")), shop.currency)
    except BadAmount:
        st.error(_("Nothing was saved: write what one delivery costs as an amount such as 60 or 59.50."))
        return
    by_weekday = dict(zip(_from_first_day(), week, strict=True))
    try:
        settings = ShopSettings(
            week=tuple(by_weekday[n] for n in range(7)),
            delivery_fee_minor=fee,
            whatsapp_name=named.pop("whatsapp_name"),
            whatsapp_number=named.pop("whatsapp_number"),
            **money,
        )
        changed = Shop.model_validate({**shop.model_dump(), **named, "settings": settings.model_dump()})
    except ValidationError as wrong:
        where = ", ".join(str(part) for part in wrong.errors()[0]["loc"])
        st.error(_("Nothing was saved: {field} is not right.", field=plain(where)))
        return
    with open_database() as db:
        save_shop(db, changed)
    st.session_state["shop_saved"] = shop.id
    st.rerun()


def say_saved(shop: Shop) -> None:
    if st.session_state.pop("shop_saved", None) == shop.id:
        st.success(_("Saved. Forecasts use it from now on; campaigns that run keep what they started with."))
