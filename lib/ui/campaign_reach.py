"""How many different people saw it, and how often each."""

import pandas as pd

from lib.metrics import frames
from lib.store import open_database
from lib.ui import charts
from lib.ui import format as f
from lib.ui.campaign_state import Situation
from lib.ui.charts import Drawn, add_line, label_end, palette, show, time_title
from lib.ui.language import _


def draw_reach(situation: Situation) -> None:
    with open_database() as db:
        frame = frames.by_day(db, situation.launch)[: situation.plan.days]
    days, people = list(frame["day"]), list(frame["reach"])
    shown = list(frame["impressions"].cumsum())
    colours = palette()
    chart = charts.figure(x_title=time_title(_("Day")))
    add_line(chart, days, shown, colours["quiet"], _("Shown"), dash="dash", width=2)
    add_line(chart, days, people, colours["reach"], _("People"), width=3)
    if days:
        label_end(chart, days[-1], shown[-1], _("Shown"), colours["quiet"], place="above")
        label_end(chart, days[-1], people[-1], _("People"), colours["reach"], place="below")
    charts.room_for_labels(chart)
    chart.update_xaxes(type="date", tickformat=charts.day_ticks(), nticks=8, tickangle=0)
    show(
        Drawn(
            key=f"reach-{situation.launch.id}",
            finding=_finding(shown, people),
            measure=_("Times shown (impressions) and different people (reach) since the start"),
            chart=chart,
            alt=_("Two rising lines: times shown, and different people who saw it"),
            table=lambda: _table(frame, shown),
        )
    )


def _finding(shown: list[int], people: list[int]) -> str:
    if not people or not people[-1]:
        return _("Nobody has seen it yet")
    times = f.decimal(shown[-1] / people[-1], fixed=True)
    return _("{people} people saw it, {times} times each", people=f.count(people[-1]), times=times)


def _table(frame: pd.DataFrame, shown: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Day"): [f.day(day) for day in frame["day"]],
            _("Shown since the start"): shown,
            _("People since the start"): list(frame["reach"]),
            _("Times each"): [round(n / p, 2) if p else None for n, p in zip(shown, frame["reach"], strict=True)],
        }
    )
