"""Every row of the assumptions reaches the engine, and only from there."""

from dataclasses import replace

import numpy as np

from lib.market import fast
from lib.market.assumptions import PLACEMENTS
from lib.market.layout import lay_out
from lib.market.scenario import Audience, Bid, Budget, Creative, Scenario
from lib.money import CURRENCIES
from tests.market.support import calendar, desk, load_assumptions, reference, small_audience

DATES = (470_000, 489_000, 498_000)  # before July 2025, before October 2026, after it


def test_every_engine_row_is_read() -> None:
    watched = load_assumptions().watched()
    countries = [*sorted({row.country for row in watched.rows if row.country}), "ZZ"]
    for currency in CURRENCIES:
        try:
            lay_out(reference(1, currency=currency), watched)
        except KeyError:
            continue  # a currency nobody has a rate for can not be simulated
    for objective in ("engagement", "leads", "sales", "traffic"):
        lay_out(reference(1, objective=objective), watched)
    for start in DATES:
        for country in countries:
            plan = reference(1, audience=Audience((country,)), placements=PLACEMENTS)
            lay_out(replace(plan, calendar=calendar(1, start_hour=start)), watched)
    unread = {row.id for row in watched.rows if row.role == "engine"} - watched.read_ids
    assert unread == set()


def moved_by(plan: Scenario) -> set[str]:
    """Parameters whose change changes a bit of the plan's results."""
    layout = lay_out(plan, load_assumptions())
    base = fast.simulate(layout, seed=1, replicates=20, drawn=True, per_world=1)
    found = set()
    for i, name in enumerate(layout.parameter_ids):
        _, value, low, high, _ = layout.rows[i]
        rows = layout.rows.copy()
        rows[i, :4] = 0, high if high != value else 0.6 * value + 0.001, low, high
        results = fast.simulate(layout._replace(rows=rows), seed=1, replicates=20, drawn=True, per_world=1)
        if not all(np.array_equal(a, b) for a, b in zip(base, results, strict=True)):
            found.add(name)
    return found


def test_every_row_laid_out_moves_some_result() -> None:
    """Rows that are read and never used would be decoration."""
    later = calendar(9, start_hour=498_000, month=11)
    easy = replace(reference(9, placements=PLACEMENTS), calendar=later)
    hard = replace(
        easy,
        creatives=(Creative("one"), Creative("two")),
        budget=Budget("daily", 90_000_000),
        desk=desk(1, 2, bot_share=0.3),
        overrides=(*small_audience(6_000), ("free_service_messages_month[2026-10-01]", 0.0)),
    )
    capped = replace(easy, bid=Bid("bid_cap", 300_000), budget=Budget("daily", 2_000_000))
    capped = replace(capped, overrides=(("follow_up_hours", 30.0),))
    rows = set(lay_out(easy, load_assumptions()).parameter_ids)
    unmoved = rows - moved_by(easy) - moved_by(hard) - moved_by(capped)
    assert unmoved == {f"cpm_month_factor[{month}]" for month in range(1, 13) if month != 11}


def test_a_users_own_value_stands_in_every_world() -> None:
    layout = lay_out(reference(1, overrides=(("link_ctr", 0.02),)), load_assumptions())
    i = layout.parameter_ids.index("link_ctr")
    assert tuple(layout.rows[i, :4]) == (0.0, 0.02, 0.02, 0.02)
