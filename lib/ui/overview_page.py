"""The first page: drawn once when nothing runs, every two seconds while something does."""

import streamlit as st

from lib.launch import demo
from lib.store import open_database
from lib.ui import overview_data, overview_view, shell
from lib.ui.charts import plain
from lib.ui.language import _
from lib.ui.overview_data import Row

TICK = "2s"
RESET_DONE = "overview_reset_done"


def draw_overview() -> None:
    overview_view.styles()
    if st.session_state.pop(RESET_DONE, False):
        st.toast(_("The demo is as it came."))
    moving = any(row.moving for row in overview_data.read(shell.now()))
    st.fragment(_draw, run_every=TICK if moving else None)()
    _draw_foot()


def _draw() -> None:
    rows = overview_data.read(shell.now())
    overview_view.draw_day(overview_data.today(rows))
    if not rows:
        overview_view.draw_empty()
        return
    if st.button(_("Advertise another item"), key="overview-next", type="primary", icon=":material/add:"):
        shell.go("catalog")
    _draw_by_shop(rows, "now")


def _draw_by_shop(rows: tuple[Row, ...], group: str) -> None:
    """The visitor's own shop first; other shops under their names."""
    own = st.session_state.get("shop_id")
    mine = [row for row in rows if row.shop_id == own]
    others = [row for row in rows if row.shop_id != own]
    if mine and others:
        overview_view.shop_title(mine[0].shop_name)
    overview_view.draw_rows(mine, group)
    for name in dict.fromkeys(row.shop_name for row in others):
        overview_view.shop_title(name)
        overview_view.draw_rows([row for row in others if row.shop_name == name], group)


def _draw_foot() -> None:
    with st.container(key="overview-foot", horizontal=True, vertical_alignment="center"):
        show = st.toggle(_("Show archived campaigns"), key="overview-archived")
        if st.button(_("Reset the demo"), key="reset-demo", type="tertiary", icon=":material/restart_alt:"):
            _confirm_reset()
    if show:
        _draw_archived()


def _draw_archived() -> None:
    rows = overview_data.read(shell.now(), archived=True)
    if rows:
        _draw_by_shop(rows, "archive")
    else:
        st.caption(plain(_("Nothing is archived.")))


def _confirm_reset() -> None:
    @st.dialog(_("Reset the demo"))
    def ask() -> None:
        text = _("The two sample shops come back as they were, each with one finished campaign. Your own shops stay.")
        st.markdown(plain(text))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(_("Keep it"), key="reset-keep"):
                st.rerun()
            if st.button(_("Reset"), key="reset-confirm", type="primary"):
                with st.spinner(_("One moment")), open_database() as db:
                    demo.reset(db, shell.now())
                st.session_state[RESET_DONE] = True
                st.rerun()

    ask()
