"""How long people waited for a first answer, by the hour they wrote in."""

import pandas as pd

from lib.metrics import frames
from lib.store import open_database
from lib.ui import charts
from lib.ui import format as f
from lib.ui.campaign_state import Situation
from lib.ui.charts import Drawn, add_bars, palette, show, time_title
from lib.ui.language import _, isolate


def draw_waits(situation: Situation) -> None:
    with open_database() as db:
        frame = frames.by_hour_of_day(db, situation.launch)
    minutes = [None if pd.isna(m) else float(m) for m in frame["first_reply_minutes"]]
    chart = charts.figure(x_title=time_title(_("Hour of the day, the shop's clock")))
    add_bars(chart, list(range(24)), minutes, palette()["replied"], _("Minutes"))
    ticks = list(range(0, 24, 3))
    chart.update_xaxes(tickvals=ticks, ticktext=[f"{h:02d}:00" for h in ticks], range=[-0.6, 23.6])
    show(
        Drawn(
            key=f"waits-{situation.launch.id}",
            finding=_finding(minutes),
            measure=_("Minutes until half of those who wrote in that hour had their first answer"),
            chart=chart,
            alt=_("Bars of the usual wait by hour of the day"),
            table=lambda: _table(frame, minutes),
        )
    )


def _finding(minutes: list[float | None]) -> str:
    known = [(m, hour) for hour, m in enumerate(minutes) if m is not None]
    if not known:
        return _("Nobody was answered yet")
    longest, hour = max(known)
    at = isolate(f"{hour:02d}:00")
    return _("Who writes at {hour} waits longest: {wait}", hour=at, wait=isolate(f.minutes(longest)))


def _table(frame: pd.DataFrame, minutes: list[float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Hour"): [f"{hour:02d}:00" for hour in range(24)],
            _("Wrote to you"): list(frame["conversations"]),
            _("Usual wait (minutes)"): [None if m is None else round(m, 1) for m in minutes],
            _("Gave up waiting"): list(frame["unanswered"]),
        }
    )
