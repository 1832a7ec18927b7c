"""The inbox: filters, list and conversation side by side; one at a time on a phone."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from lib.catalog.shops import Shop
from lib.chats import listing
from lib.chats.conversations import Conversation, get_conversation, messages_of, referral_of
from lib.store import open_database
from lib.ui import chats_thread as ct
from lib.ui import chats_words as cw
from lib.ui import format as f
from lib.ui import html, shell, words
from lib.ui.charts import plain
from lib.ui.chats_moments import moments
from lib.ui.components.pressable import pressable
from lib.ui.language import _, isolate

STYLES = Path(__file__).parent / "styles" / "chats.css"
PER_PAGE = 40
ME = "owner"


@dataclass(frozen=True)
class Listed:
    """A row of the list in the reader's words."""

    id: int
    name: str
    initial: str
    said: str
    mark: str
    tone: str
    when: str


def draw_styles() -> None:
    st.html(STYLES)


def draw_inbox(shop: Shop) -> None:
    with open_database() as db:
        _clocks, runs = moments(db, shop.id, shell.now())
    st.fragment(_draw_board, run_every="2s" if runs else None)(shop)


def _draw_board(shop: Shop) -> None:
    which, ad, search = _filters(shop)
    opened = _opened(shop)
    with open_database() as db:
        clocks, _runs = moments(db, shop.id, shell.now())
        number = int(st.session_state.get("chats-page") or 1)
        found = listing.rows(
            db, shop.id, now=shell.now(), moments=clocks, which=which, ad=ad, search=search, me=ME, page=number,
            per_page=PER_PAGE,
        )  # fmt: skip
        total = listing.counts(db, shop.id, ad=ad, search=search, me=ME)[which]
    side, talk = st.columns([5, 8], gap="medium")
    with side, st.container(key="chats-side"):
        _draw_list(found, opened.id if opened else 0, shop)
        if total > PER_PAGE:
            st.pagination(-(-total // PER_PAGE), key="chats-page")
    with talk:
        if opened is None:
            _nothing_opened(bool(found))
        else:
            with st.container(key="chats-open"):
                _draw_thread(shop, opened, clocks.get(opened.launch_id or 0, shell.now()))


def _filters(shop: Shop) -> tuple[listing.Which, str | None, str]:
    with open_database() as db:
        names = listing.ads(db, shop.id)
        counts = listing.counts(db, shop.id, me=ME)
    asked = st.query_params.get("which")
    if "chats-which" not in st.session_state:
        st.session_state["chats-which"] = asked if asked in listing.WHICH else "all"
    with st.container(key="chats-filters", horizontal=True, vertical_alignment="bottom"):
        which = st.segmented_control(
            _("Which conversations"), listing.WHICH, key="chats-which", required=True, label_visibility="collapsed",
            format_func=lambda w: f"{_(cw.WHICH[w])} {f.count(counts[w])}",
            on_change=lambda: st.session_state.pop("chats-page", None),
        )  # fmt: skip
        ad = st.selectbox(_("Ad"), ["", *names], key="chats-ad", label_visibility="collapsed", width=240,
                          format_func=lambda name: name or _("All ads"))  # fmt: skip
        search = st.text_input(_("Find a person"), key="chats-search", label_visibility="collapsed", width=200,
                               placeholder=_("Find a person"))  # fmt: skip
    shell.keep_in_link(which=which)
    return which, ad or None, search


def _opened(shop: Shop) -> Conversation | None:
    """The conversation the address names, if it is this shop's."""
    text = str(st.query_params.get("chat", ""))
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    with open_database() as db:
        chat = get_conversation(db, int(text))
    return chat if chat and chat.shop_id == shop.id else None


def _open(part: str) -> None:
    st.query_params["chat"] = part


def _draw_list(found: tuple[listing.Row, ...], opened: int, shop: Shop) -> None:
    rows = [
        Listed(
            row.id, row.name or _("Somebody"), cw.initial(row.name), row.said, cw.mark_of(row),
            cw.tone_of(row.standing, row.wait_s), f.moment(row.at, shop.timezone),
        )
        for row in found
    ]  # fmt: skip
    nobody = _("No conversations here.")
    markup = html.render("chats_list.html", rows=rows, opened=opened, label=_("Conversations"), nobody=nobody)
    name = f"{st.session_state.get('chats-which')}-{st.session_state.get('chats-page')}"
    pressable(markup, key="chats-list", on_press=_open, name=name)


def _nothing_opened(any_there: bool) -> None:
    with st.container(key="chats-none"):
        if any_there:
            st.markdown(plain(_("Choose a conversation to read it.")))
        else:
            st.markdown(plain(_("When somebody writes because of an ad, the conversation appears here.")))
            shell.link("catalog", _("Choose an item to advertise"), icon=":material/storefront:")


def _draw_thread(shop: Shop, chat: Conversation, until: datetime) -> None:
    icon = ":material/arrow_forward:" if shell.is_rtl() else ":material/arrow_back:"
    st.button(_("All conversations"), key="chats-back", icon=icon, type="tertiary", on_click=_close)
    with open_database() as db:
        messages, referral = messages_of(db, chat.id), referral_of(db, chat.id)
        row = listing.one(db, shop.id, chat.id, now=until)
    head = ct.Head(
        name=chat.contact or _("Somebody"),
        initial=cw.initial(chat.contact),
        under=_under(chat),
        mark=cw.mark_of(row) if row else "",
        tone=cw.tone_of(row.standing, row.wait_s) if row else "replied",
    )
    parts = ct.parts_of(messages, chat, shop.timezone, until)
    pressable(ct.markup(head, ct.card_of(referral), parts), key="chats-talk", name=str(chat.id), bottom=True)
    _draw_keeping(chat, row)


def _under(chat: Conversation) -> str:
    origin = words.say(words.ORIGIN, chat.origin)
    place = words.say(words.PLACEMENTS, chat.placement) if chat.placement else ""
    return " · ".join(part for part in (origin, place) if part)


def _draw_keeping(chat: Conversation, row: listing.Row | None) -> None:
    """Labels and who looks after it."""
    if row is None:
        return
    labels_key, mine_key = f"chats-labels-{chat.id}", f"chats-mine-{chat.id}"
    st.session_state.setdefault(labels_key, list(row.labels))
    st.session_state.setdefault(mine_key, row.assigned_to == ME)
    with st.container(key="chats-keeping", horizontal=True, vertical_alignment="center"):
        st.pills(_("Labels"), listing.LABELS, key=labels_key, selection_mode="multi", label_visibility="collapsed",
                 format_func=lambda name: _(cw.LABELS[name]), on_change=_label, args=(chat.id, labels_key))  # fmt: skip
        st.toggle(_("I look after it"), key=mine_key, on_change=_take, args=(chat.id, mine_key))
    if chat.origin == "measured":
        st.caption(plain(_("Answer {name} on your WhatsApp phone; what you write there appears here.",
                           name=isolate(chat.contact))))  # fmt: skip


def _label(chat_id: int, key: str) -> None:
    with open_database() as db:
        listing.set_labels(db, chat_id, tuple(st.session_state[key]))


def _take(chat_id: int, key: str) -> None:
    with open_database() as db:
        listing.assign(db, chat_id, ME if st.session_state[key] else "")


def _close() -> None:
    st.query_params.pop("chat", None)
