"""The best plan: budget, placements, hours, people and bot chosen together, under the limits somebody sets.

Every plan is judged by the same simulated runs, so two plans differ by what they do and not by luck.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lib.market.assumptions import PLACEMENTS
from lib.whatif.case import Case, Levers
from lib.whatif.compare import Difference, difference, series
from lib.whatif.runs import agent_hours, run_of

Floats = NDArray[np.float64]
Goal = Literal["profit", "orders", "cost_per_order"]
RUNS = 24  # to choose by
TELL_RUNS = 200  # to tell by
FEEDS = ("facebook_feed", "instagram_feed")
MOVING = tuple(name for name in PLACEMENTS if name not in FEEDS)
TIMES = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.5, 7.0)
ADS, STAFF = ("budget_minor", "placements"), ("agents_change", "late_hours", "bot_share")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan may take at most; `orders` is what it must bring at least (goal seek). None: no limit."""

    budget_minor: int | None = None
    agents_more: int = 4
    late_hours: int = 5
    bot_share: float = 1.0
    reply_minutes: float | None = None
    orders: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Means over the runs; money in micro-units."""

    profit: float
    orders: float
    spend: float
    reply_minutes: float
    agent_hours: float


@dataclass(frozen=True, slots=True)
class Best:
    """`gain` is against the baseline. `apart` is the best found by choosing the ads first and the people after.

    `an_hour_more` and `a_unit_more`: profit (micro-units) that one more agent-hour, and one more unit of money for
    ads, would still bring from here. `reached` is false where no plan keeps the limits.
    """

    levers: Levers
    score: Score
    apart: Levers
    apart_score: Score
    gain: Difference
    over_apart: float
    an_hour_more: float
    a_unit_more: float
    reached: bool
    tried: int


def choices(case: Case, limits: Limits) -> dict[str, tuple[object, ...]]:
    """What each lever may be, the baseline's own value always among them."""
    base = case.base
    budgets = {max(1, round(base.budget_minor * times)) for times in TIMES}
    if limits.budget_minor is not None:
        budgets = {b for b in budgets if b <= limits.budget_minor} | {max(1, limits.budget_minor)}
    sets = {base.placements, PLACEMENTS, FEEDS, MOVING, tuple(p for p in PLACEMENTS if not p.endswith("_reels"))}
    ordered = {tuple(sorted(chosen, key=PLACEMENTS.index)) for chosen in sets}
    return {
        "budget_minor": tuple(sorted(budgets)),
        "placements": tuple(sorted(ordered)),
        "agents_change": tuple(range(min(0, base.agents_change), base.agents_change + limits.agents_more + 1)),
        "late_hours": tuple(range(max(limits.late_hours, base.late_hours) + 1)),
        "bot_share": tuple(b for b in sorted({0.0, 0.25, 0.5, 0.75, 1.0, base.bot_share}) if b <= limits.bot_share)
        or (base.bot_share,),
    }


def _profits(case: Case, levers: Levers) -> Floats:
    run = run_of(case, levers)
    run.grow(TELL_RUNS)
    return series(run, "profit", TELL_RUNS)


@lru_cache(maxsize=4096)
def score(case: Case, levers: Levers, runs: int = RUNS) -> Score:
    run = run_of(case, levers, keep=runs >= TELL_RUNS)
    run.grow(runs)
    wait = series(run, "first_reply_minutes", runs)
    known = wait[~np.isnan(wait)]
    return Score(
        profit=float(run.total("profit", runs).mean()),
        orders=float(run.total("orders", runs).mean()),
        spend=float(run.total("spend", runs).mean()),
        reply_minutes=float(known.mean()) if known.size else 0.0,
        agent_hours=float(agent_hours(case, levers).sum()),
    )


def worth(told: Score, goal: Goal, limits: Limits) -> tuple[float, float]:
    """(how far the limits are kept, what is wanted): plans are ordered by it, higher is better."""
    short = 0.0
    if limits.reply_minutes is not None:
        short -= max(0.0, told.reply_minutes / max(limits.reply_minutes, 0.1) - 1.0)
    if limits.orders is not None:
        short -= max(0.0, 1.0 - told.orders / limits.orders)
    wanted = {
        "profit": told.profit,
        "orders": told.orders,
        "cost_per_order": -told.spend / told.orders if told.orders else float("-inf"),
    }[goal]
    return short, wanted


def best_plan(case: Case, goal: Goal = "profit", limits: Limits | None = None) -> Best:
    """Raises BadScenario."""
    limits = limits or Limits()
    plain = case.model_copy(update={"name": "best", "variants": ()})
    options = choices(case, limits)
    tried: set[Levers] = set()

    def value(levers: Levers) -> tuple[float, float]:
        tried.add(levers)
        return worth(score(plain, levers), goal, limits)

    start = _inside(case.base, options)
    ads_first = _climb(start, {name: options[name] for name in ADS}, value)
    apart = _climb(ads_first, {name: options[name] for name in STAFF}, value)
    much = start.but(budget_minor=max(options["budget_minor"]), agents_change=max(options["agents_change"]))
    found = max((_climb(begin, options, value) for begin in (apart, much)), key=value)
    told = score(plain, found, TELL_RUNS)
    aside = told if apart == found else score(plain, apart, TELL_RUNS)
    if worth(aside, goal, limits) > worth(told, goal, limits):
        found, told = apart, aside
    mine, base = _profits(plain, found), _profits(plain, case.base)
    hour, unit = marginal(plain, found)
    return Best(
        levers=found,
        score=told,
        apart=apart,
        apart_score=aside,
        gain=difference(mine, base),
        over_apart=told.profit - aside.profit,
        an_hour_more=hour,
        a_unit_more=unit,
        reached=worth(told, goal, limits)[0] >= -0.02,
        tried=len(tried),
    )


def marginal(case: Case, levers: Levers) -> tuple[float, float]:
    """Profit of one more agent-hour, and of one more unit of money for ads, each net of what it costs."""
    here = score(case, levers, TELL_RUNS // 4)
    people = score(case, levers.but(agents_change=min(levers.agents_change + 1, 50)), TELL_RUNS // 4)
    money = score(case, levers.but(budget_minor=max(levers.budget_minor + 1, round(levers.budget_minor * 1.1))),
                  TELL_RUNS // 4)  # fmt: skip
    hours, paid = people.agent_hours - here.agent_hours, money.spend - here.spend
    return (
        (people.profit - here.profit) / hours if hours > 0 else 0.0,
        (money.profit - here.profit) / paid if paid > 0 else 0.0,
    )


def _inside(levers: Levers, options: dict[str, tuple[object, ...]]) -> Levers:
    """The levers, each put to the nearest it may be."""
    changes = {}
    for name, allowed in options.items():
        mine = getattr(levers, name)
        if mine not in allowed:
            changes[name] = allowed[0] if name == "placements" else min(allowed, key=lambda v: abs(v - mine))  # type: ignore[operator]
    return levers.but(**changes)


Value = Callable[[Levers], tuple[float, float]]


def _climb(levers: Levers, options: dict[str, tuple[object, ...]], value: Value) -> Levers:
    """Better by one lever, or by two at once, until neither helps any more."""
    best, told = levers, value(levers)
    while True:
        before = best
        for steps in (_one_lever(best, options), _two_levers(best, options)):
            for other in steps:
                if (worth_of := value(other)) > told:
                    best, told = other, worth_of
            if best != before:
                break
        if best == before:
            return best


def _one_lever(levers: Levers, options: dict[str, tuple[object, ...]]) -> Iterator[Levers]:
    for name, allowed in options.items():
        for choice in allowed:
            if choice != getattr(levers, name):
                yield levers.model_copy(update={name: choice})


def _two_levers(levers: Levers, options: dict[str, tuple[object, ...]]) -> Iterator[Levers]:
    """Neighbours in two levers: more budget pays only with more people."""
    for first, second in combinations(options, 2):
        for one in _neighbours(levers, options, first):
            for two in _neighbours(levers, options, second):
                yield levers.model_copy(update={first: one, second: two})


def _neighbours(levers: Levers, options: dict[str, tuple[object, ...]], name: str) -> tuple[object, ...]:
    allowed = options[name]
    place = allowed.index(getattr(levers, name))
    return tuple(allowed[i] for i in (place - 1, place + 1) if 0 <= i < len(allowed))
