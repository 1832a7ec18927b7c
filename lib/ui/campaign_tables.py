"""The tables behind a campaign's charts, with headings for the reader."""

import pandas as pd

from lib.ui.campaign_data import Seen
from lib.ui.language import _


def pace(seen: Seen, currency: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Until"): list(seen.pace.at),
            _("Spent ({currency})", currency=currency): [round(x, 2) for x in seen.pace.spent],
        }
    )


def course(seen: Seen) -> pd.DataFrame:
    happened = dict(zip(seen.course.at, seen.course.actual, strict=True))
    return pd.DataFrame(
        {
            _("Until"): list(seen.course.band_at),
            _("Happened"): pd.array([happened.get(at) for at in seen.course.band_at], dtype="Int64"),
            _("Forecast, low (10 %)"): seen.course.p10,
            _("Forecast, 25 %"): seen.course.p25,
            _("Forecast, middle"): seen.course.p50,
            _("Forecast, 75 %"): seen.course.p75,
            _("Forecast, high (90 %)"): seen.course.p90,
        }
    )


def hours(seen: Seen) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Hour"): [f"{hour:02d}:00" for hour in range(24)],
            _("Wrote to you"): list(seen.hours.started),
            _("First answers"): list(seen.hours.answered),
            _("Gave up waiting"): list(seen.hours.lost),
        }
    )
