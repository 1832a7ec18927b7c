"""Above the answer: which item, which set of levers is in hand, and what is done to a set as a whole."""

import streamlit as st

from lib.catalog.items import get_item
from lib.catalog.shops import Shop
from lib.store import open_database
from lib.ui import shell
from lib.ui.charts import plain
from lib.ui.language import _, isolate
from lib.ui.whatif_charts import name_of
from lib.ui.whatif_lab import KEY, Lab, case_of_item, items_to_ask
from lib.whatif.case import MOST_VARIANTS, CannotForecast


def head(lab: Lab, shop: Shop) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.title(_("What if"), anchor=False)
        _choose_item(lab, shop)


def _choose_item(lab: Lab, shop: Shop) -> None:
    titles = items_to_ask(shop)
    mine = lab.case.retailer_id
    options = list(titles) if mine in titles else [mine, *titles]

    def chosen() -> None:
        retailer_id = st.session_state[key]
        with open_database() as db:
            item = get_item(db, shop.id, retailer_id, shell.now())
        if item is None:
            return
        try:
            st.session_state[KEY] = Lab(shop.id, case_of_item(shop, item), turn=lab.turn + 1)
        except CannotForecast:
            return
        st.query_params.pop("s", None)

    key = f"whatif-item-{shop.id}-{mine}"
    st.selectbox(
        _("Item"),
        options,
        index=options.index(mine),
        key=key,
        format_func=lambda code: titles.get(code) or lab.case.title or code,
        on_change=chosen,
        width=340,
    )


def bar(lab: Lab) -> None:
    """The sets of levers, and what is done to the one in hand."""
    with st.container(horizontal=True, vertical_alignment="center", key="whatif-bar"):
        key = f"whatif-chosen-{lab.turn}-{lab.case.count}"

        def choose() -> None:
            place = st.session_state[key]
            if isinstance(place, int) and 0 <= place < lab.case.count:
                lab.chosen = place
                lab.turn += 1

        st.segmented_control(
            _("Levers in hand"),
            list(range(lab.case.count)),
            default=lab.chosen,
            key=key,
            format_func=lambda place: name_of(lab.case, place),
            required=True,
            on_change=choose,
            label_visibility="collapsed",
        )
        st.button(
            _("Add"),
            key="whatif-add",
            icon=":material/add:",
            help=_("Another variant, beginning as a copy of this one."),
            disabled=len(lab.case.variants) >= MOST_VARIANTS,
            on_click=lab.add,
        )
        st.button(_("Undo"), key="whatif-undo", icon=":material/undo:", disabled=not lab.past, on_click=lab.undo)
        _manage(lab)


def _manage(lab: Lab) -> None:
    more = st.popover(_("Name"), key="whatif-name-menu", on_change="rerun")
    if not more.open:
        return
    with more:
        name = lab.case.name if lab.chosen == 0 else lab.case.variants[lab.chosen - 1].name
        key = f"whatif-name-{lab.turn}-{lab.chosen}"
        st.text_input(
            _("Name of this variant") if lab.chosen else _("Name of this what-if"),
            value=name,
            max_chars=40,
            key=key,
            on_change=lambda: lab.rename(st.session_state[key]),
        )
        if lab.chosen:
            st.button(
                _("Remove {name}", name=plain(isolate(name))),
                key="whatif-remove",
                icon=":material/delete:",
                disabled=len(lab.case.variants) < 2,
                on_click=lab.remove,
            )
