"""The catalog on screen: search and filters, cards, one item opened."""

import hashlib
from dataclasses import dataclass

import streamlit as st

from lib.ads import item_forecast
from lib.catalog import health
from lib.catalog.items import Page, Sort, search
from lib.catalog.model import AVAILABILITIES, Item
from lib.catalog.shops import Shop
from lib.money import BadAmount, parse_amount
from lib.store import open_database
from lib.ui import format as f
from lib.ui import html, shell, words
from lib.ui.charts import plain
from lib.ui.language import N_, _, isolate, ngettext

PER_PAGE = 24
SORTS: dict[Sort, str] = {
    "relevance": N_("Best match"),
    "price_up": N_("Price, low to high"),
    "price_down": N_("Price, high to low"),
    "newest": N_("Newest"),
    "title": N_("Name"),
}


@dataclass(frozen=True)
class Wish:
    """What the visitor is looking for."""

    text: str
    category: str | None
    availability: str | None
    price_from: int | None
    price_to: int | None
    sort: Sort


def ask(shop: Shop) -> Wish:
    """The search row: the text first, everything else quiet behind it."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="catalog-search"):
        text = st.text_input(
            _("Search"),
            key="catalog_text",
            type="search",
            live="250ms",
            max_chars=200,
            placeholder=_("Search by name, description or code"),
            label_visibility="collapsed",
            icon=":material/search:",
            persist_state="session",
        )
        category = st.selectbox(
            _("Category"),
            [None, *_categories(shop)],
            key=f"catalog_category_{shop.id}",
            format_func=lambda name: _("All categories") if name is None else name,
            label_visibility="collapsed",
            width=230,
        )
        sort = st.selectbox(
            _("Order"),
            list(SORTS),
            key="catalog_sort",
            format_func=lambda key: _(SORTS[key]),
            label_visibility="collapsed",
            width=190,
        )
        with st.popover(_("Filter"), icon=":material/tune:"):
            availability, price_from, price_to = _filters(shop)
    return Wish(text or "", category, availability, price_from, price_to, sort)


def _filters(shop: Shop) -> tuple[str | None, int | None, int | None]:
    availability = st.selectbox(
        _("Availability"),
        [None, *AVAILABILITIES],
        key="catalog_availability",
        format_func=lambda code: _("Any") if code is None else words.say(words.AVAILABILITY, code),
    )
    low = _amount(_("Price from ({currency})", currency=shop.currency), "catalog_price_from", shop.currency)
    high = _amount(_("Price up to ({currency})", currency=shop.currency), "catalog_price_to", shop.currency)
    return availability, low, high


def _amount(label: str, key: str, currency: str) -> int | None:
    text = st.text_input(label, key=key, max_chars=16)
    if not text or not text.strip():
        return None
    try:
        return parse_amount(text, currency)
    except BadAmount:
        st.caption(_("Write an amount such as 150 or 149.50."))
        return None


def _categories(shop: Shop) -> list[str]:
    with open_database() as db:
        return [name for name, _n in search(db, shop.id, per_page=1).categories]


def find(shop: Shop, wish: Wish, page: int) -> Page:
    with open_database() as db:
        return search(
            db,
            shop.id,
            wish.text,
            category=wish.category,
            availability=wish.availability,
            price_from_minor=wish.price_from,
            price_to_minor=wish.price_to,
            sort=wish.sort,
            page=page,
            per_page=PER_PAGE,
            now=shell.now(),
        )


@st.fragment
def browse(shop: Shop) -> None:
    """Search, grid and pages. A fragment, so that typing redraws nothing else."""
    wish = ask(shop)
    # a place of its own for each search, so that a new one begins at its first page
    place = f"catalog_page_{hashlib.sha256(repr((wish, shop.id)).encode()).hexdigest()[:12]}"
    found = find(shop, wish, st.session_state.get(place, 1))
    if not found.items:
        _nothing_found(shop, wish)
        return
    _draw_count(shop, found)
    with st.grid(4, key="catalog-grid", gap="medium"):
        expected = _expectations(shop, found.items)
        for item in found.items:
            card(shop, item, expected.get(item.retailer_id))
    if found.pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
            st.pagination(found.pages, key=place)
            st.caption(_shown_of(found))


def _draw_count(shop: Shop, found: Page) -> None:
    n = ngettext("{n} item", "{n} items", found.total)
    terms = item_forecast.usual_terms(shop)
    budget = f.money(terms.daily_minor, shop.currency)
    st.caption(
        _(
            "{items}. Sales: what 8 of 10 simulated ads bring in {days} days at {budget} a day.",
            items=n,
            days=f.count(terms.days),
            budget=isolate(budget),
        )
    )


def _shown_of(found: Page) -> str:
    first = (found.page - 1) * PER_PAGE + 1
    return _(
        "{first} to {last} of {all}",
        first=f.count(first),
        last=f.count(first + len(found.items) - 1),
        all=f.count(found.total),
    )


def _nothing_found(shop: Shop, wish: Wish) -> None:
    with open_database() as db:
        empty = search(db, shop.id, per_page=1).total == 0
    if empty:
        title = _("This catalog is empty")
        st.markdown(f"### {plain(title)}")
        st.markdown(plain(_("Import a product file and the items appear here.")))
        shell.link("import", _("Import products"), icon=":material/upload_file:")
        return
    title = _("Nothing matches")
    st.markdown(f"### {plain(title)}")
    sought = isolate(wish.text.strip())
    st.markdown(plain(_("No item fits “{text}” and the filters. Try fewer letters or another category.", text=sought)))


def _expectations(shop: Shop, items: tuple[Item, ...]) -> dict[str, item_forecast.Expected]:
    with open_database() as db:
        return item_forecast.remembered(db, shop, [item.retailer_id for item in items])


def card(shop: Shop, item: Item, expected: item_forecast.Expected | None) -> None:
    reasons = health.why_not_advertisable(item)
    with st.container(key=f"card-{shop.id}-{_slug(item)}", gap="xsmall"):
        _draw_card(shop, item, reasons, expected)
        if st.button(_("Open {title}", title=item.title), key=f"open-{shop.id}-{_slug(item)}", type="tertiary"):
            shell.go("item", item=item.retailer_id)
        if st.button(
            _("Advertise"),
            key=f"advertise-{shop.id}-{_slug(item)}",
            width="stretch",
            disabled=bool(reasons),
            help=words.say(words.NOT_ADVERTISABLE, reasons[0]) if reasons else None,
        ):
            shell.go("create", item=item.retailer_id)


def _slug(item: Item) -> str:
    return "".join(c if c.isalnum() else f"_{ord(c)}_" for c in item.retailer_id)


def price_words(shop: Shop, item: Item) -> tuple[str, str]:
    """What a buyer pays (a range over variants), and the regular price while the item is on sale."""
    span = item.price_range_minor
    if span is None:
        return _("No price"), ""
    low, high = span
    price = f.money(low, shop.currency)
    if low != high:
        price = f"{isolate(price)} – {isolate(f.money(high, shop.currency))}"
    return price, f.money(item.regular_minor, shop.currency) if item.on_sale and low == high else ""


def _draw_card(shop: Shop, item: Item, reasons: tuple[str, ...], expected: item_forecast.Expected | None) -> None:
    price, regular = price_words(shop, item)
    before, _sep, after = _("Sales {amount}").partition("{amount}")
    html.draw(
        "card.html",
        picture=item.pictures[0].name if item.pictures else "",
        title=item.title,
        flag=_flag(item, reasons),
        price=price,
        regular=regular,
        likely=f.money_band(*expected.revenue, shop.currency) if expected and not reasons else "",
        before=before,
        after=after,
    )


def _flag(item: Item, reasons: tuple[str, ...]) -> str:
    if item.availability != "in stock":
        return words.say(words.AVAILABILITY, item.availability)
    if "no_price" in reasons:
        return _("No price")
    return _("Sale") if item.on_sale else ""
