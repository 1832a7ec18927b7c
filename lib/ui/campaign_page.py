"""A campaign as one page: head and actions drawn once, everything that moves in one ticking piece."""

from collections.abc import Callable

import streamlit as st

from lib.ads.plan import BadPlan
from lib.launch import edits, journal
from lib.launch.launches import NoLaunch, get_launch
from lib.store import open_database
from lib.ui import campaign_actions, campaign_hero, campaign_state, shell
from lib.ui.campaign_clock import draw_clock
from lib.ui.campaign_live import draw_results
from lib.ui.campaign_more import draw_more
from lib.ui.campaign_state import Situation
from lib.ui.charts import plain
from lib.ui.language import _

TICK = "1s"
WATCH = "2s"


def asked_launch() -> int | None:
    """The launch the address names, if it is a number."""
    text = str(st.query_params.get("launch", ""))
    return int(text) if text.isdecimal() and len(text) < 19 else None


def read_situation(launch_id: int) -> Situation:
    """Raises NoLaunch, BadPlan."""
    with open_database() as db:
        launch = get_launch(db, launch_id)
        return Situation(
            launch=launch,
            plan=launch.plan,
            standing=journal.standing_of(db, launch_id),
            progress=edits.progress(db, launch_id, shell.now()),
        )


def draw_campaign(launch_id: int | None) -> None:
    campaign_hero.styles()
    try:
        situation = read_situation(launch_id if launch_id is not None else 0)
    except NoLaunch:
        _not_there()
        return
    except BadPlan:
        _not_readable()
        return
    shell.keep_in_link(launch=str(situation.launch.id))
    shell.work_in(situation.launch.shop_id)
    wide, narrow = st.columns([5, 2], vertical_alignment="center")
    with wide:
        campaign_hero.draw_head(campaign_state.head(situation))
    with narrow:
        campaign_actions.draw_actions(situation)
    if situation.is_starting or situation.phase in campaign_state.TROUBLE:
        campaign_hero.draw_stages(campaign_state.stages(situation))
    if situation.never_ran:
        draw_more(situation)
    elif situation.progress is None:
        _wait_for_change(situation)
    else:
        _ticking(situation)(situation)


def _ticking(situation: Situation) -> Callable[[Situation], None]:
    """Every second while something moves; while the clock stands only a look whether somebody set it going."""
    if situation.is_moving:
        return st.fragment(_draw_moving, run_every=TICK)
    return _draw_still


def _draw_moving(seen: Situation) -> None:
    situation = read_situation(seen.launch.id)
    if _outline(situation) != _outline(seen):
        st.rerun()
    _draw_all(situation)


def _draw_still(situation: Situation) -> None:
    st.fragment(_draw_all)(situation)
    if situation.standing.state not in journal.TERMINAL:
        _wait_for_change(situation)


def _wait_for_change(seen: Situation) -> None:
    @st.fragment(run_every=TICK if seen.is_starting else WATCH)
    def watch() -> None:
        if _outline(read_situation(seen.launch.id)) != _outline(seen):
            st.rerun()

    watch()


def _outline(situation: Situation) -> tuple[object, ...]:
    """What the parts that do not tick depend on."""
    standing = situation.standing
    return (
        situation.phase, situation.is_moving, standing.state, standing.done, len(standing.wanted), standing.reason,
        standing.unknown_since, situation.progress is None, situation.launch.archived is None,
    )  # fmt: skip


def _draw_all(situation: Situation) -> None:
    draw_results(situation, draw_clock)
    draw_more(situation)


def _not_there() -> None:
    st.title(_("There is no such campaign"), anchor=False)
    st.markdown(plain(_("The link may be old, or the demo was reset since.")))
    shell.link("overview", _("All campaigns"), icon=":material/home:")


def _not_readable() -> None:
    st.title(_("This campaign cannot be shown"), anchor=False)
    st.markdown(
        plain(_("Its stored plan is not the one that was confirmed, so nothing of it is used. It was not launched."))
    )
    shell.link("overview", _("All campaigns"), icon=":material/home:")
