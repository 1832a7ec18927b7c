"""Wages: a campaign bears the part of its desk's paid hours that it keeps busy."""

import numpy as np
import pytest

from lib.market import fast
from lib.market.columns import TOTALS
from lib.market.layout import lay_out
from tests.market.support import desk, load_assumptions, reference

ORDINARY_CHATS, ORDINARY_HOURS = 120, 180


def test_the_share_borne_is_what_an_ordinary_campaign_keeps_busy() -> None:
    known = load_assumptions()
    busy = ORDINARY_CHATS * known.value("handle_minutes_mean") / 60 / ORDINARY_HOURS
    row = known.row("desk_share_of_wages")
    assert row.value == pytest.approx(busy, rel=0.35)
    assert row.low < busy < row.high


def test_wages_are_that_share_of_the_hours_on_shift() -> None:
    known = load_assumptions()
    plan = reference(5, desk=desk(2))
    _, totals = fast.simulate(lay_out(plan, known), seed=1, replicates=4, drawn=False)
    hours = 5 * 12 * 2
    expected = hours * known.value("wage_usd_hour", country="EG") * known.value("desk_share_of_wages") * 1e6
    assert np.allclose(totals[TOTALS.index("wages")], expected, rtol=1e-5)


def test_not_knowing_the_share_is_part_of_the_forecast() -> None:
    free = lay_out(reference(5), load_assumptions())
    fixed = lay_out(reference(5, overrides=(("desk_share_of_wages", 0.1),)), load_assumptions())
    wages = TOTALS.index("wages")
    assert np.ptp(fast.simulate(fixed, seed=1, replicates=40)[1][wages]) == 0
    spread = fast.simulate(free, seed=1, replicates=40)[1][wages]
    assert spread.max() > 2 * spread.min() > 0
