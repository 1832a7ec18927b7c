"""Everything else about a campaign, behind "more", one piece at a time: what is shut costs nothing."""

from collections.abc import Callable

import streamlit as st

from lib.ui.campaign_journal import draw_journal
from lib.ui.campaign_losses import draw_losses
from lib.ui.campaign_parts import draw_ads, draw_days, draw_placements
from lib.ui.campaign_people import draw_people
from lib.ui.campaign_reach import draw_reach
from lib.ui.campaign_state import Situation
from lib.ui.campaign_waits import draw_waits
from lib.ui.language import N_, _

PIECES: dict[str, tuple[str, Callable[[Situation], None]]] = {
    "day": (N_("By day"), draw_days),
    "placement": (N_("By placement"), draw_placements),
    "ad": (N_("By ad"), draw_ads),
    "reach": (N_("Reach and frequency"), draw_reach),
    "losses": (N_("Where people were lost"), draw_losses),
    "people": (N_("People who wrote"), draw_people),
    "waits": (N_("First answers"), draw_waits),
    "journal": (N_("Journal of the launch"), draw_journal),
}


def draw_more(situation: Situation) -> None:
    asked = st.query_params.get("piece")
    more = st.expander(_("More about this campaign"), expanded=asked in PIECES, key="campaign-more", on_change="rerun")
    if not more.open:
        return
    with more:
        pieces = ["journal"] if situation.never_ran else list(PIECES)
        piece = st.pills(
            _("What to show"),
            pieces,
            key="campaign-piece",
            default=asked if asked in pieces else pieces[0],
            required=True,
            format_func=lambda name: _(PIECES[name][0]),
            label_visibility="collapsed",
        )
        PIECES[piece][1](situation)
