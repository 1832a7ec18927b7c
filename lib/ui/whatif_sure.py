"""Which assumptions move the answer, what would turn it round, and how soon the campaign itself would tell."""

import pandas as pd
import streamlit as st

from lib.ui import charts
from lib.ui import format as f
from lib.ui import whatif_words as say
from lib.ui.charts import Drawn, palette
from lib.ui.language import _, isolate, ngettext
from lib.ui.whatif_lab import Lab
from lib.whatif.sensitivity import Driver, Sensitivity, sensitivity


def draw(lab: Lab, rested: bool) -> None:
    if lab.chosen and lab.levers == lab.case.base:
        st.caption(_("Move a lever: what it changes shows here."))
        return
    asked = (lab.case, lab.chosen, lab.runs)
    if lab.drivers is None or lab.drivers[0] != asked:
        if not rested:
            st.caption(_("A moment: the last runs are being worked out."))
            return
        lab.drivers = (asked, sensitivity(lab.case, lab.chosen, lab.runs))
    told: Sensitivity = lab.drivers[1]
    st.markdown(_verdict(told, lab.chosen))
    st.markdown(_waiting(told))
    if told.drivers:
        charts.show(_chart(told))
    for driver in told.drivers:
        if driver.flips_at is not None:
            st.markdown("- " + _flip(driver))


def _verdict(told: Sensitivity, chosen: int) -> str:
    share = isolate(f.percent(told.better, 0))
    if chosen:
        return _("In {share} of the runs the variant earns more than the baseline.", share=share)
    return _("In {share} of the runs the baseline earns money.", share=share)


def _waiting(told: Sensitivity) -> str:
    if told.days_until_told is None:
        return _("The run is too short to tell from its own numbers whether it will end with a profit.")
    return ngettext(
        "After {n} day its own numbers tell, 9 times of 10, whether it will end with a profit.",
        "After {n} days its own numbers tell, 9 times of 10, whether it will end with a profit.",
        told.days_until_told,
    )


def _flip(driver: Driver) -> str:
    return _(
        "The answer turns round where {name} is {at}; assumed is {value}, between {low} and {high}.",
        name=charts.plain(isolate(say.assumption(driver.id))),
        at=f.decimal(driver.flips_at or 0.0, 3),
        value=f.decimal(driver.value, 3),
        low=f.decimal(driver.low, 3),
        high=f.decimal(driver.high, 3),
    )


def _chart(told: Sensitivity) -> Drawn:
    colours = palette()
    drivers = told.drivers[::-1]
    names = [say.assumption(driver.id) for driver in drivers]
    chart = charts.figure(height=70 + 34 * len(drivers))
    chart.add_bar(
        x=[100 * driver.share for driver in drivers], y=names, orientation="h", width=0.6,
        marker={"color": colours["clicks"], "line": {"width": 0}, "cornerradius": 3},
        error_x={"array": [100 * driver.error for driver in drivers], "color": colours["quiet"], "thickness": 1.5},
        hovertemplate="%{x:.0f} %<extra></extra>",
    )  # fmt: skip
    chart.update_layout(hovermode="closest")
    chart.update_xaxes(ticksuffix=" %", rangemode="tozero")

    def table() -> pd.DataFrame:
        fields = ("id", "share", "error", "value", "low", "high", "flips_at")
        return pd.DataFrame([{name: getattr(driver, name) for name in fields} for driver in told.drivers])

    return Drawn(
        "whatif-drivers",
        _("What we do not know and what moves this answer most"),
        _("Share of the variance that knowing it would take away, with its standard error"),
        chart,
        _("Assumptions by what they move"),
        table,
    )
