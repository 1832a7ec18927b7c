"""What an owner can do with a campaign. The page shows what came of it from the database."""

import streamlit as st

from lib.ads.drafts import BadDraft, NoDraft, duplicate_draft
from lib.launch import launches
from lib.launch.launches import Action
from lib.store import open_database
from lib.ui import shell
from lib.ui.campaign_state import Situation
from lib.ui.charts import plain
from lib.ui.language import N_, _, isolate

BY = "owner"
_MENU = {
    "duplicate": N_("Duplicate"),
    "relaunch": N_("Edit and launch again"),
    "end": N_("End it now"),
    "cancel": N_("Cancel the launch"),
    "archive": N_("Archive"),
    "unarchive": N_("Take out of the archive"),
}


def draw_actions(situation: Situation) -> None:
    with st.container(key="actions", horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        _first_action(situation)
        choice = st.menu_button(
            _("More"), _menu(situation), key="campaign-menu", format_func=lambda name: _(_MENU[name])
        )
    if choice:
        _choose(situation, choice)


def _first_action(situation: Situation) -> None:
    phase, wanted = situation.phase, {order.step for order in situation.standing.wanted}
    if phase in {"LIVE", "REVIEW"}:
        _order_button(situation, "pause", _("Pause the ad"), "pause_circle", busy="pause" in wanted)
    elif phase == "PAUSED":
        _order_button(situation, "resume", _("Resume the ad"), "play_circle", busy="resume" in wanted, primary=True)
    elif phase == "NEEDS_REVIEW":
        _order_button(situation, "continue", _("Continue"), "play_circle", primary=True)
    elif phase in {"REFUSED", "FAILED", "CANCELLED"} and st.button(
        _("Edit and launch again"), key="relaunch", type="primary", icon=":material/edit:"
    ):
        _relaunch(situation)


def _order_button(
    situation: Situation, action: Action, label: str, icon: str, *, busy: bool = False, primary: bool = False
) -> None:
    st.button(
        label,
        key=f"order-{action}",
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        disabled=busy,
        on_click=order,
        args=(situation.launch.id, action),
    )


def order(launch_id: int, action: Action) -> None:
    """Writes the order down. When it no longer fits how the launch stands, the page says how it stands."""
    try:
        with open_database() as db:
            launches.order(db, launch_id, action, by=BY, now=shell.now())
    except launches.NotNow:
        pass


def _menu(situation: Situation) -> list[str]:
    phase = situation.phase
    choices = ["duplicate", "relaunch"]
    if phase in {"LIVE", "PAUSED", "REVIEW"}:
        choices.append("end")
    if situation.launch.state in {"CONFIRMED", "VALIDATING", "CREATING", "VERIFYING", "NEEDS_REVIEW"}:
        choices.append("cancel")
    if situation.launch.over:
        choices.append("unarchive" if situation.launch.archived else "archive")
    return choices


def _choose(situation: Situation, choice: str) -> None:
    if choice == "duplicate":
        _duplicate(situation)
    elif choice == "relaunch":
        _relaunch(situation)
    elif choice in {"end", "cancel"}:
        confirm_end(situation.launch.id, choice, situation.launch.name)
    else:
        _archive(situation, choice)


def _duplicate(situation: Situation) -> None:
    try:
        with open_database() as db:
            copy = duplicate_draft(db, situation.launch.draft_id, shell.now())
    except (NoDraft, BadDraft):
        _relaunch(situation)
        return
    shell.go("create", draft=copy.id)


def _relaunch(situation: Situation) -> None:
    shell.go("create", from_launch=str(situation.launch.id))


def _archive(situation: Situation, choice: str) -> None:
    with open_database() as db:
        if choice == "archive":
            launches.archive(db, situation.launch.id, now=shell.now())
        else:
            launches.unarchive(db, situation.launch.id)
    shell.go("overview")


def confirm_end(launch_id: int, action: Action, name: str) -> None:
    title = _("End the campaign") if action == "end" else _("Cancel the launch")

    @st.dialog(title)
    def ask() -> None:
        if action == "end":
            text = _(
                "{name} stops being shown and cannot be started again. Everything measured stays.", name=isolate(name)
            )
        else:
            text = _("{name} will not be launched. Nothing was spent.", name=isolate(name))
        st.markdown(plain(text))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(_("Keep it"), key="keep"):
                st.rerun()
            if st.button(title, key=f"confirm-{action}", type="primary"):
                order(launch_id, action)
                st.rerun()

    ask()
