"""How the ad looks: one phone, one placement at a time, and the chat that opens."""

import streamlit as st

from lib.ads import previews
from lib.ads.placements import PLACEMENT_IDS, PLACEMENTS, Placement
from lib.ads.previews import CHAT
from lib.ui import charts, language, words
from lib.ui.components.preview import preview
from lib.ui.create_draft import Work
from lib.ui.language import N_, _

SURFACES = {"feed": N_("Feed"), "story": N_("Story"), "reels": N_("Reels"), CHAT: N_("Chat")}
PUBLISHERS = {"facebook": N_("Facebook"), "instagram": N_("Instagram")}


def draw(work: Work) -> None:
    """The placement to look at, and the phone."""
    shown = work.shown = placement(work)
    markup = previews.render(
        work.draft,
        work.creative,
        shown,
        work.shop,
        work.item,
        labels=labels(),
        ui_language=language.current(),
        dark=charts.is_dark(),
    )
    with st.container(key="create-phone"):
        preview(markup, key="create-preview", fit=True)


def placement(work: Work) -> str:
    """Which of the ad's placements the visitor looks at, or the chat it opens."""
    chosen = [PLACEMENTS[name] for name in PLACEMENT_IDS if name in work.draft.placements]
    with st.container(horizontal=True, key="create-tabs", gap="small"):
        surface = _tab("create_surface", _("Preview"), [*dict.fromkeys(map(_surface, chosen)), CHAT], SURFACES)
        on_it = {place.publisher: place.id for place in chosen if _surface(place) == surface}
        if not on_it:
            return CHAT
        return on_it[_tab("create_publisher", _("On"), list(on_it), PUBLISHERS)]


def _surface(place: Placement) -> str:
    return place.id.removeprefix(f"{place.publisher}_")


def _tab(key: str, label: str, options: list[str], names: dict[str, str]) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return st.segmented_control(
        label,
        options,
        key=key,
        format_func=lambda code: words.say(names, code),
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def labels() -> dict[str, str]:
    """The fixed words of the surfaces, in the language of the page."""
    return {
        "preview": _("Preview"),
        "sponsored": _("Sponsored"),
        "more": _("more"),
        "button": _("Send message"),
        "like": _("Like"),
        "comment": _("Comment"),
        "share": _("Share"),
        "reply": _("Send a message"),
        "add_comment": _("Add a comment"),
        "business_account": _("Business account"),
        "today": _("Today"),
        "from_ad": _("From an ad"),
        "message": _("Message"),
    }
