"""Where people were lost between the ad and the parcel, each by name, with sums that add up."""

import pandas as pd
import streamlit as st

from lib.metrics.funnel import Funnel, funnel
from lib.store import open_database
from lib.ui import charts, html, words
from lib.ui import format as f
from lib.ui.campaign_state import Situation
from lib.ui.charts import plain
from lib.ui.language import _, isolate


def draw_losses(situation: Situation) -> None:
    with open_database() as db:
        found = funnel(db, situation.launch.id)
    sums = _("Every number is the one above it, plus who joined, less who was lost.")
    exact = (
        _("Nothing is unexplained.") if found.unexplained == 0 else _("Unexplained: {n}", n=f.count(found.unexplained))
    )
    st.caption(plain(f"{sums} {exact}"))
    html.draw("losses.html", rows=_rows(found), unexplained=found.unexplained)
    charts.download(f"losses-{situation.launch.id}", lambda: losses_table(found))


def _rows(found: Funnel) -> list[dict[str, str]]:
    rows = []
    for step in found.steps:
        rows += [
            _row("joined", words.say(words.LOSS, code), isolate(f"+{f.count(n)}"))
            for code, n in step.joined.items()
            if n
        ]
        rows += [
            _row("lost", words.say(words.LOSS, code), isolate(f"\u2212{f.count(n)}"))
            for code, n in step.lost.items()
            if n
        ]
        rows.append(_row(f"step {step.code}", words.say(words.FUNNEL_STEP, step.code), f.count(step.count)))
    return rows


def _row(kind: str, name: str, shown: str) -> dict[str, str]:
    return {"kind": kind, "name": name, "shown": shown}


def losses_table(found: Funnel) -> pd.DataFrame:
    """One row a step, a loss or a gain; numbers of a step are its count, of a loss negative."""
    rows = []
    for step in found.steps:
        rows += [(words.say(words.LOSS, code), n) for code, n in step.joined.items()]
        rows += [(words.say(words.LOSS, code), -n) for code, n in step.lost.items()]
        rows.append((words.say(words.FUNNEL_STEP, step.code), step.count))
    return pd.DataFrame(rows, columns=[_("Step"), _("People or times")])
