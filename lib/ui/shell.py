"""The frame around every page: navigation, language, shop, styles, and who comes in by which door."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from lib.catalog.shops import Shop, get_shop, list_shops
from lib.store import open_database
from lib.ui import language
from lib.ui.components.document import document_language
from lib.ui.language import LANGUAGES, _, is_rtl

__all__ = ["current_shop", "enter_page", "go", "is_rtl", "keep_in_link", "link", "now", "pages", "require_shop", "run"]

ROOT = Path(__file__).resolve().parents[2]
STYLES = Path(__file__).parent / "styles"
IMAGES = ROOT / "data" / "images"


def pages() -> dict[str, st.Page]:
    """Every page by its name in links. Titles follow the language; the address does not."""

    def page(name: str, title: str, icon: str, *, hidden: bool = False) -> st.Page:
        return st.Page(
            ROOT / "pages" / f"{name}.py",
            title=title,
            icon=f":material/{icon}:",
            url_path=name,
            default=name == "overview",
            visibility="hidden" if hidden else "visible",
        )

    return {
        "overview": page("overview", _("Overview"), "home"),
        "catalog": page("catalog", _("Catalog"), "storefront"),
        "item": page("item", _("Item"), "sell", hidden=True),
        "create": page("create", _("Create an ad"), "campaign", hidden=True),
        "campaign": page("campaign", _("Campaign"), "monitoring", hidden=True),
        "chats": page("chats", _("Chats"), "forum"),
        "what_if": page("what_if", _("What if"), "balance"),
        "import": page("import", _("Import products"), "upload_file"),
        "shop": page("shop", _("Shop settings"), "tune"),
    }


def enter_page() -> None:
    """First line of a page file: a page opened on its own comes back through the frame, with language and styles."""
    if not st.session_state.pop("_framed", False):
        st.navigation(list(pages().values()))
        st.rerun()


def run() -> None:
    """Draws the frame, then the page the address names."""
    st.set_page_config(
        page_title=_("Click-to-Chat Studio"),
        page_icon=str(IMAGES / "icon.png"),
        layout="wide",
        initial_sidebar_state="auto",
    )
    _keep_language()
    page = st.navigation(list(pages().values()), position="sidebar")
    _draw_styles()
    st.logo(str(IMAGES / "icon.png"), size="large")
    with st.sidebar:
        _choose_shop()
        _choose_language()
    st.session_state["_framed"] = True
    page.run()


def go(name: str, **query: str) -> None:
    """Opens a page with its query; language and shop travel along."""
    st.switch_page(pages()[name], query_params={**_travelling(), **query})


def link(name: str, label: str, *, icon: str | None = None, width: str = "content", **query: str) -> None:
    st.page_link(pages()[name], label=label, icon=icon, width=width, query_params={**_travelling(), **query})


def _travelling() -> dict[str, str]:
    shop = st.session_state.get("shop_id")
    return {"lang": language.current()} | ({"shop": shop} if shop else {})


def keep_in_link(**query: str) -> None:
    """Writes what the page shows into the address, so that it can be sent to someone."""
    for name, value in query.items():
        if st.query_params.get(name) != value:
            st.query_params[name] = value


def current_shop() -> Shop | None:
    """The shop the visitor works in; None in an empty database."""
    shop_id = st.session_state.get("shop_id")
    with open_database() as db:
        return get_shop(db, shop_id) if shop_id else None


def now() -> datetime:
    """This moment. Pages ask here; everything below them is told."""
    return datetime.now(UTC)


def require_shop() -> Shop:
    """The visitor's shop; without any shop the page says where to begin and ends."""
    shop = current_shop()
    if shop is None:
        st.title(_("No shop yet"), anchor=False)
        st.markdown(_("Import a product file, and a shop is made from it."))
        link("import", _("Import products"), icon=":material/upload_file:")
        st.stop()
    return shop


def work_in(shop_id: str) -> None:
    """Goes over to the shop of what the page shows, so that menu and page speak of the same one."""
    if st.session_state.get("shop_id") != shop_id:
        st.session_state["shop_wanted"] = shop_id
        st.rerun()


def _keep_language() -> None:
    if "language" not in st.session_state:
        st.session_state["language"] = language.current()
    keep_in_link(lang=st.session_state["language"])


def _choose_language() -> None:
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        key="language",
        format_func=LANGUAGES.__getitem__,
        required=True,
        label_visibility="collapsed",
        width="stretch",
    )


def _choose_shop() -> None:
    with open_database() as db:
        shops = {shop.id: shop for shop in list_shops(db)}
    if not shops:
        return
    asked = st.query_params.get("shop")
    wanted = st.session_state.pop("shop_wanted", None)
    if wanted in shops:
        st.session_state["shop_id"] = wanted
    if st.session_state.get("shop_id") not in shops:
        st.session_state["shop_id"] = asked if asked in shops else _first_shop(shops)
    st.selectbox(
        _("Shop"), list(shops), key="shop_id", format_func=lambda key: shops[key].name, persist_state="session"
    )
    keep_in_link(shop=st.session_state["shop_id"])


def _first_shop(shops: dict[str, Shop]) -> str:
    """A visitor first meets the shop that speaks their language."""
    return next((key for key, shop in shops.items() if shop.language == language.current()), next(iter(shops)))


def _draw_styles() -> None:
    st.html(STYLES / "studio.css")
    if language.is_rtl():
        st.html(STYLES / "rtl.css")
        if (st.context.locale or "").split("-")[0] in {"ar", "he", "fa", "ur"}:
            st.html(STYLES / "rtl_browser.css")
    document_language(language.current())


def show_breakdown() -> None:
    """What a visitor reads when a page fails."""
    st.container(key="breakdown").error(
        _("This page could not be drawn. Nothing was launched or changed by it.")
        + " "
        + _("Reload the page; if it happens again, the log names the cause.")
    )
