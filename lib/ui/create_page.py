"""The page on which an ad is written: form, phone, forecast and launch, drawn anew with each edit."""

import streamlit as st

from lib.ui import create_form, create_launch, create_preview, html, shell
from lib.ui import format as f
from lib.ui.create_draft import KEY, Work, duplicate, start_over
from lib.ui.language import N_, _

COPIED = "create_copied"
MISSING = {
    "nothing": N_("An ad is always for one item. Choose it in your catalog."),
    "item": N_("This item is not in your catalog any more, or the link is not whole. Nothing was changed."),
    "draft": N_("This draft is not there any more, or the link is not whole. Nothing was launched or changed."),
    "launch": N_("There is no campaign of that number to start from. Nothing was launched or changed."),
}


def nothing_here(what: str) -> None:
    """What a visitor reads whose link leads nowhere, and the way on."""
    st.title(_("Create an ad"), anchor=False)
    st.info(_(MISSING[what]))
    shell.link("catalog", _("Choose an item"), icon=":material/storefront:")


def head(work: Work) -> None:
    """Whose ad this is, and the few things done to it as a whole."""
    if st.session_state.pop(COPIED, False):
        st.toast(_("This is the copy. The first draft stays as it was."))
    item = work.item
    price = f.money(item.price_minor, item.currency) if item.price_minor is not None else ""
    picture = next((p.name for p in item.pictures if p.name), "")
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="create-head"
    ):
        html.draw("create_head.html", title=item.title, price=price, picture=picture, page=_("Create an ad"))
        with st.container(horizontal=True, width="content", key="create-whole"):
            st.button(
                _("Start over"),
                key="create-over",
                type="tertiary",
                on_click=start_over,
                args=(work,),
                icon=":material/restart_alt:",
            )
            if st.button(_("Duplicate"), key="create-duplicate", type="tertiary", icon=":material/content_copy:"):
                st.session_state[COPIED] = True
                shell.go("create", draft=duplicate(work))


@st.fragment
def studio() -> None:
    """Everything an edit touches, and nothing else. After an edit phone and forecast come first: one looks at them."""
    work: Work = st.session_state[KEY]
    checks = work.checks()
    form, phone = st.columns([6, 5], gap="large")
    with phone, st.container(key="create-side"):
        create_preview.draw(work)
    if work.drawn:
        create_launch.bar(work, checks)
    with form:
        create_form.draw(work, checks)
    if not work.drawn:
        create_launch.bar(work, checks)
    work.drawn = True
    work.keep()
