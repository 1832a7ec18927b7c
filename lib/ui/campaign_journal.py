"""The journal of a launch for the reader: what was about to be done, and what came of it."""

import pandas as pd
import streamlit as st

from lib.launch.journal import Entry, entries_of
from lib.store import open_database
from lib.ui import charts, words
from lib.ui import format as f
from lib.ui.campaign_state import Situation
from lib.ui.charts import plain
from lib.ui.language import _


def draw_journal(situation: Situation) -> None:
    with open_database() as db:
        entries = entries_of(db, situation.launch.id)
    st.caption(plain(_("Written before and after each step, never changed. The identifier is the platform's own.")))
    charts.show_table(f"journal-{situation.launch.id}", journal_table(entries, situation.plan.timezone))


def journal_table(entries: list[Entry], timezone: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("When"): [f.moment(entry.at, timezone) for entry in entries],
            _("Step"): [step_words(entry.step) for entry in entries],
            _("What happened"): [_happened(entry) for entry in entries],
            _("Identifier"): [entry.remote_id or "" for entry in entries],
        }
    )


def step_words(step: str) -> str:
    """creative/1 is "Creative 1", activate/ad/2 "Switching on: Ad 2"."""
    kind, *rest = step.split("/")
    name = words.say(words.JOURNAL_STEP, kind)
    if kind == "activate" and rest:
        return f"{name}: {step_words('/'.join(rest))}"
    return f"{name} {rest[0]}" if rest else name


def _happened(entry: Entry) -> str:
    told = words.say(words.JOURNAL_KIND, entry.kind)
    if entry.detail.get("verdict") == "passed":
        return _("passed")
    reason = str(entry.detail.get("reason", "")) if entry.kind in {"unknown", "rejected"} else ""
    policies = entry.detail.get("policies") or ()
    why = words.say(words.POLICY, policies[0]) if policies else words.say(words.LAUNCH_REASON, reason) if reason else ""
    return f"{told}: {why}" if why else told
