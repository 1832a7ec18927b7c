import numpy as np
import pytest

from lib.market import columns, fast
from lib.store.assumptions import load_assumptions
from lib.whatif import compare
from lib.whatif.case import scenario_of
from lib.whatif.runs import agent_hours, believed, run_of, wage_micro


def test_runs_grown_in_slices_are_those_of_the_forecast(case):
    sliced = run_of(case, case.base, keep=False)
    for upto in (40, 100, 130):
        sliced.grow(upto)
    told = fast.forecast(scenario_of(case, case.base), believed(case.base), seed=case.seed, replicates=130)
    for name in columns.TOTALS:
        assert np.array_equal(sliced.total(name, 130), told.totals[name]), name


def test_a_variant_equal_to_the_baseline_differs_by_nothing(case):
    compare.grow_all(case, 60)
    gap = compare.answer(case, 1, 60).against
    assert {(one.p05, one.p95) for one in gap.values()} == {(0.0, 0.0)}


def test_pairs_share_their_luck(case):
    """A small change shows through noise in which unpaired runs would drown."""
    other = case.with_levers(1, case.base.but(budget_minor=round(case.base.budget_minor * 1.2)))
    compare.grow_all(other, 200)
    told = compare.answer(other, 1, 200)
    paired = told.against["conversations"].p95 - told.against["conversations"].p05
    alone = told.values["conversations"].p95 - told.values["conversations"].p05
    assert told.against["conversations"].p05 > 0
    assert paired < 0.5 * alone


def test_people_added_to_the_baselines_desk_are_paid_in_full(case):
    # a bot answers everything: people change nothing but wages
    base = case.base.but(bot_share=1.0)
    more = case.with_levers(0, base).with_levers(1, base.but(agents_change=1))
    compare.grow_all(more, 20)
    gap = compare.answer(more, 1, 20).against["profit"]
    hours = agent_hours(more, more.levers(1)).sum() - agent_hours(more, more.base).sum()
    assert hours > 0
    assert gap.p50 == pytest.approx(-hours * wage_micro(more, base), rel=1e-6)


def test_a_longer_run_of_the_same_desk_pays_only_its_share(case):
    longer = case.with_levers(1, case.base.but(days=4))
    assert run_of(longer, longer.levers(1), keep=False).extra_by_day.sum() == 0


def test_where_the_money_goes_adds_up(case):
    run = run_of(case, case.base)
    run.grow(40)
    shares = compare.answer(case, 0, 40).shares
    assert sum(shares.values()) == pytest.approx(run.total("revenue", 40).mean(), abs=1.0)


def test_a_factor_moves_the_whole_range_of_what_is_believed(case):
    levers = case.base.but(ad_price=2.0)
    before, after = (known.row("base_cpm_usd", country="US") for known in (load_assumptions(), believed(levers)))
    assert (after.low, after.value, after.high) == (2 * before.low, 2 * before.value, 2 * before.high)


def test_two_baselines_with_other_desks_do_not_share_wages(case):
    levers = case.base.but(agents_change=1)
    mine = run_of(case, levers)
    same_desk = run_of(case.with_levers(0, levers), levers)
    assert mine.extra_by_day.sum() > 0 == same_desk.extra_by_day.sum()
