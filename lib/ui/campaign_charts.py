"""The pictures of a running campaign: money against pace, chats against the forecast, answers against arrivals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import plotly.graph_objects as go

from lib.ui import charts
from lib.ui.charts import add_band, add_bars, add_dots, add_line, label_end, palette, time_title
from lib.ui.language import _


@dataclass(frozen=True)
class Pace:
    """Money since the start, in the currency's main unit, at local moments; the plan runs to the campaign's end."""

    at: Sequence[datetime]
    spent: Sequence[float]
    plan_at: Sequence[datetime]
    plan: Sequence[float]


@dataclass(frozen=True)
class Course:
    """Running totals against a forecast: quantiles at each local day's end, what happened at moments so far."""

    band_at: Sequence[datetime]
    p10: Sequence[float]
    p25: Sequence[float]
    p50: Sequence[float]
    p75: Sequence[float]
    p90: Sequence[float]
    at: Sequence[datetime]
    actual: Sequence[float]


@dataclass(frozen=True)
class HourOfDay:
    """For each local hour 0-23: chats that began, first answers given, and of those that began, how many got none."""

    started: Sequence[int]
    answered: Sequence[int]
    lost: Sequence[int]
    open_hours: frozenset[int]


def spend_chart(pace: Pace) -> go.Figure:
    colours = palette()
    chart = charts.figure(x_title=time_title(_("Day")))
    if pace.plan:
        add_line(chart, pace.plan_at, pace.plan, colours["quiet"], _("Planned"), dash="dash", width=1.5)
        label_end(chart, pace.plan_at[-1], pace.plan[-1], _("Planned"), colours["quiet"], place="above")
    if pace.spent:
        add_line(chart, pace.at, pace.spent, colours["money"], _("Spent"), width=3)
        add_dots(chart, pace.at[-1:], pace.spent[-1:], colours["money"], _("Spent"))
        chart.data[-1].hoverinfo = "skip"
        label_end(chart, pace.at[-1], pace.spent[-1], _("Spent"), colours["money"], place="below")
    _days(chart, pace.plan_at)
    return chart


def forecast_chart(course: Course) -> go.Figure:
    """The median as a line, 80 % light, 50 % darker; what happened as solid dots over it."""
    colours = palette()
    colour = colours["conversations"]
    chart = charts.figure(x_title=time_title(_("Day")))
    if course.band_at:
        add_band(chart, course.band_at, course.p10, course.p90, colour, 0.14)
        add_band(chart, course.band_at, course.p25, course.p75, colour, 0.22)
        add_line(chart, course.band_at, course.p50, colour, _("Forecast, the middle"), width=1.5)
        label_end(chart, course.band_at[-1], course.p50[-1], _("Forecast"), colour)
    if course.actual:
        add_dots(chart, course.at, course.actual, colour, _("Happened"))
    _days(chart, course.band_at or course.at)
    return chart


def hours_chart(hours: HourOfDay) -> go.Figure:
    """Who wrote as wide pale bars, who was answered in that hour as slim ones in front of them."""
    colours = palette()
    chart = charts.figure(x_title=time_title(_("Hour of the day, the shop's clock")))
    x = list(range(24))
    add_bars(chart, x, hours.started, colours["conversations"], _("Wrote to you"), width=0.86, alpha=0.32)
    add_bars(chart, x, hours.answered, colours["replied"], _("First answers"), width=0.42)
    chart.update_layout(barmode="overlay", showlegend=True, legend=charts.legend())
    ticks = list(range(0, 24, 3))
    chart.update_xaxes(tickvals=ticks, ticktext=[f"{h:02d}:00" for h in ticks], range=[-0.6, 23.6])
    _shade_closed(chart, hours.open_hours)
    return chart


def _shade_closed(chart: go.Figure, open_hours: frozenset[int]) -> None:
    """A soft ground under the hours nobody is there, named once."""
    runs = closed_runs(open_hours)
    colours = palette()
    for first, last in runs:
        chart.add_vrect(
            x0=first - 0.5, x1=last + 0.5, fillcolor=colours["line"], opacity=0.45, line_width=0, layer="below"
        )
    if runs:
        first, last = max(runs, key=lambda run: run[1] - run[0])
        chart.add_annotation(
            x=(first + last) / 2,
            y=1,
            yref="paper",
            yanchor="top",
            text=charts.html_plain(_("Closed")),
            showarrow=False,
            font={"color": colours["quiet"], "size": 13},
        )


def closed_runs(open_hours: frozenset[int]) -> list[tuple[int, int]]:
    """First and last hour of each stretch without anyone; none when nobody is ever there or always."""
    if not open_hours:
        return []
    runs: list[tuple[int, int]] = []
    for hour in range(24):
        if hour in open_hours:
            continue
        if runs and runs[-1][1] == hour - 1:
            runs[-1] = (runs[-1][0], hour)
        else:
            runs.append((hour, hour))
    return runs


def _days(chart: go.Figure, at: Sequence[datetime]) -> None:
    if not at:
        return
    charts.room_for_labels(chart)
    chart.update_xaxes(
        type="date",
        tickformat=charts.day_ticks(),
        nticks=6,
        tickangle=0,
        hoverformat="%a %-d %b %H:%M",
        range=[at[0], at[-1]],
    )
