"""The compiled law of a draw against its reference."""

import numpy as np
import pytest

from lib.market.assumptions import KINDS, draw, draw_table
from lib.market.world import drawn_value
from lib.store.assumptions import load_assumptions

DRAWN = tuple(row for row in load_assumptions().rows if row.distribution != "fixed")


@pytest.mark.parametrize("distribution", KINDS[1:])
def test_the_engines_draw_what_the_reference_draws(distribution):
    rows = [row for row in DRAWN if row.distribution == distribution]
    assert rows
    table = draw_table(rows)
    for i, row in enumerate(rows):
        for u in np.linspace(1e-9, 1 - 1e-9, 41):
            compiled = drawn_value(int(table.kind[i]), table.value[i], table.low[i], table.high[i], u)
            assert compiled == pytest.approx(draw(row, float(u)), rel=1e-11), row.id


def test_an_overridden_row_is_not_drawn():
    mine = load_assumptions().override("link_ctr", 0.02)
    table = draw_table([mine.row("link_ctr")])
    assert {drawn_value(int(table.kind[0]), table.value[0], table.low[0], table.high[0], u) for u in (0.1, 0.9)} == {
        0.02
    }
