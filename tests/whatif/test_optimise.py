from itertools import product

from lib.whatif import optimise
from lib.whatif.optimise import Limits, Score, best_plan, choices, score, worth


def test_the_best_plan_is_as_good_as_trying_every_plan(case, monkeypatch):
    monkeypatch.setattr(optimise, "TIMES", (0.5, 1.0, 2.0))
    limits = Limits(agents_more=1, late_hours=1, bot_share=0.25)
    best = best_plan(case, "profit", limits)
    plain = case.model_copy(update={"name": "best", "variants": ()})
    options = choices(plain, limits)
    plans = [dict(zip(options, values, strict=True)) for values in product(*options.values())]
    every = [score(plain, case.base.model_copy(update=plan)).profit for plan in plans]
    mine = score(plain, best.levers).profit
    assert mine >= max(every) - 0.01 * abs(max(every))


def test_it_keeps_the_limits_and_is_never_worse_than_ads_first(case):
    limits = Limits(budget_minor=case.base.budget_minor, agents_more=0, late_hours=1, bot_share=0.25)
    best = best_plan(case, "profit", limits)
    assert best.levers.budget_minor <= case.base.budget_minor
    assert best.levers.agents_change <= 0
    assert best.levers.bot_share <= 0.25
    assert best.over_apart >= 0


def test_goal_seek_reaches_the_orders_or_says_it_can_not(case):
    wanted = 1.3 * score(case, case.base, 100).orders
    reached = best_plan(case, "profit", Limits(orders=wanted, late_hours=2))
    assert reached.reached
    assert reached.score.orders >= 0.95 * wanted
    assert not best_plan(case, "profit", Limits(orders=1e6, late_hours=1, agents_more=1)).reached


def test_kept_limits_come_before_what_is_wanted():
    slow, quick = Score(100.0, 10.0, 1.0, 60.0, 1.0), Score(1.0, 1.0, 1.0, 5.0, 1.0)
    limits = Limits(reply_minutes=10)
    assert worth(quick, "profit", limits) > worth(slow, "profit", limits)
    assert worth(slow, "profit", Limits()) > worth(quick, "profit", Limits())
