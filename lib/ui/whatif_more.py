"""Below the pictures: the best plan, how sure the answer is, and taking a what-if along."""

from collections.abc import Callable

import streamlit as st

from lib.ui import html, language, whatif_best, whatif_report, whatif_sure
from lib.ui import whatif_words as say
from lib.ui.charts import download
from lib.ui.language import _
from lib.ui.whatif_lab import KEY, Lab, opened
from lib.whatif import travel
from lib.whatif.compare import Answer
from lib.whatif.curve import Curve


def draw(lab: Lab, answers: tuple[Answer, ...], stop: Curve | None, rested: bool) -> None:
    _section(_("The best plan"), "whatif-best", lambda: whatif_best.draw(lab))
    _section(_("How sure is this"), "whatif-sure", lambda: whatif_sure.draw(lab, rested))
    _section(_("Take it along"), "whatif-along", lambda: _along(lab, answers, stop, rested))


def _section(title: str, key: str, body: Callable[[], None]) -> None:
    part = st.expander(title, key=key, on_change="rerun")
    if part.open:
        with part:
            body()


def _along(lab: Lab, answers: tuple[Answer, ...], stop: Curve | None, rested: bool) -> None:
    if not rested or stop is None:
        st.caption(_("A moment: the last runs are being worked out."))
        return
    if lab.code:
        st.markdown(_("The address of this page is the link: it holds the whole what-if, also for another computer."))
        link = f"{(st.context.url or '').split('?')[0]}?lang={language.current()}&s={lab.code}"
        st.code(link, language=None, wrap_lines=True)
    else:
        st.info(_("This what-if is too long for a link. Save it as a file and send that."))
    case, chosen = travel.stamped(lab.case), lab.chosen
    with st.container(horizontal=True):
        st.download_button(
            _("Save the report"),
            data=lambda: whatif_report.report(case, answers, stop, chosen),
            file_name="what-if.html",
            mime="text/html",
            key="whatif-report",
            icon=":material/article:",
            on_click="ignore",
        )
        st.download_button(
            _("Save as file"),
            data=lambda: travel.to_file(case),
            file_name="what-if.json",
            mime="application/json",
            key="whatif-file",
            icon=":material/download:",
            on_click="ignore",
        )
        download("what-if", lambda: travel.table(case, answers))
    _open_file(lab)


def _open_file(lab: Lab) -> None:
    key = f"whatif-open-{lab.turn}"

    def opened_file() -> None:
        file = st.session_state[key]
        if file is None:
            return
        try:
            case = travel.from_file(file.getvalue())
        except travel.BadCase as bad:
            st.session_state["whatif_trouble"] = bad.code
            return
        fresh = opened(lab.shop_id, case)
        fresh.turn, fresh.past = lab.turn + 1, [*lab.past, (lab.case, lab.chosen)]
        st.session_state[KEY] = fresh

    html.draw("uploader.html", label=_("Choose a file"))
    st.file_uploader(_("Open a what-if from a file"), type=["json"], key=key, on_change=opened_file)
    if trouble := st.session_state.pop("whatif_trouble", None):
        st.error(_(say.TROUBLES[trouble]))
