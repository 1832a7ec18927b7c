"""One item opened: pictures, price, text, variants, and whether it can be advertised."""

import streamlit as st

from lib.ads import item_forecast
from lib.catalog import health
from lib.catalog.items import get_item
from lib.catalog.model import Item, Picture
from lib.catalog.pictures import fetch_pictures
from lib.catalog.shops import Shop
from lib.store import open_database
from lib.ui import format as f
from lib.ui import html, shell, words
from lib.ui.catalog_view import price_words
from lib.ui.charts import plain
from lib.ui.language import _, isolate


def opened(shop: Shop) -> Item | None:
    """The item the link names, in this shop; its name stays in the link."""
    retailer_id = st.query_params.get("item") or st.session_state.get("item_open")
    with open_database() as db:
        item = get_item(db, shop.id, retailer_id, shell.now()) if retailer_id else None
    if item is None:
        return None
    st.session_state["item_open"] = item.retailer_id
    shell.keep_in_link(item=item.retailer_id)
    return item


def missing() -> None:
    st.title(_("This item is not in the catalog"), anchor=False)
    st.markdown(_("It may have been removed, or the link belongs to another shop."))
    shell.link("catalog", _("Back to the catalog"), icon=":material/storefront:")


def pictures(item: Item) -> None:
    """The chosen picture large, the others small under it; pictures still elsewhere can be fetched."""
    every = [*item.pictures, *(v.picture for v in item.variants if v.picture)]
    here = list(dict.fromkeys(picture.name for picture in every if picture.name))
    at = 0
    if len(here) > 1:
        slot = st.container()
        at = st.segmented_control(
            _("Pictures"),
            range(len(here)),
            default=0,
            required=True,
            key=f"item_picture_{item.retailer_id}",
            format_func=lambda n: f.count(n + 1),
            label_visibility="collapsed",
        )
        with slot:
            html.draw("picture.html", picture=here[at], title=item.title)
    else:
        html.draw("picture.html", picture=here[0] if here else "", title=item.title)
    _fetch([picture for picture in every if picture.url and not picture.name])


def _fetch(elsewhere: list[Picture]) -> None:
    if not elsewhere:
        return
    if st.button(_("Fetch its pictures"), icon=":material/download:", key="fetch_pictures", width="stretch"):
        with st.spinner(_("Fetching pictures")), open_database() as db:
            results = fetch_pictures(db, [picture.url for picture in elsewhere], shell.now())
        failed = [result for result in results if result.problem]
        if failed:
            st.warning(
                _("{n} pictures could not be fetched. The item can be advertised all the same.", n=f.count(len(failed)))
                + " "
                + words.say(words.PICTURE_PROBLEMS, failed[0].problem)
            )
        else:
            st.rerun()


def facts(shop: Shop, item: Item) -> None:
    """Name, price, stock, and the one next step."""
    reasons = health.why_not_advertisable(item)
    st.title(plain(item.title), anchor=False)
    price, regular = price_words(shop, item)
    html.draw(
        "item_facts.html",
        price=price,
        regular=regular,
        availability=words.say(words.AVAILABILITY, item.availability),
        category=item.category,
        code=item.retailer_id,
        code_label=_("Code"),
    )
    if reasons:
        st.warning(
            _("This item can not be advertised yet.")
            + " "
            + " ".join(words.say(words.NOT_ADVERTISABLE, r) for r in reasons)
        )
    else:
        _expected(shop, item)
        if st.button(_("Advertise"), type="primary", key="item_advertise", icon=":material/campaign:"):
            shell.go("create", item=item.retailer_id)
    if item.description:
        st.html(html.render("text.html", text=item.description))


def _expected(shop: Shop, item: Item) -> None:
    with open_database() as db:
        expected = item_forecast.remembered(db, shop, [item.retailer_id]).get(item.retailer_id)
    if not expected:
        return
    terms = item_forecast.usual_terms(shop)
    html.draw(
        "expected.html",
        title=_("What an ordinary ad for it brings"),
        terms=_(
            "{days} days at {budget} a day",
            days=f.count(terms.days),
            budget=isolate(f.money(terms.daily_minor, shop.currency)),
        ),
        rows=[
            (_("people open a chat"), f.count_band(*expected.conversations), "conversations"),
            (_("orders"), f.count_band(*expected.orders), "orders"),
            (_("sales"), f.money_band(*expected.revenue, shop.currency), "money"),
        ],
        origin=_("forecast"),
    )


def variants(shop: Shop, item: Item) -> None:
    if not item.variants:
        return
    st.subheader(_("Sizes, colours and kinds"), anchor=False)
    options = list(dict.fromkeys(name for v in item.variants for name, _value in v.options))
    html.draw(
        "variants.html",
        head=[*(words.say(words.OPTIONS, name) for name in options), _("Price"), _("Availability"), _("Code")],
        rows=[
            [
                *(dict(v.options).get(name, "") for name in options),
                f.money(v.price_minor, shop.currency),
                words.say(words.AVAILABILITY, v.availability),
                v.retailer_id,
            ]
            for v in item.variants
        ],
    )
