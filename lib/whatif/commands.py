"""The what-if verbs for scripts: plain dictionaries, money in minor units of the case's currency."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from lib.market.version import engine_version
from lib.money import micro_to_minor
from lib.whatif import compare, travel
from lib.whatif.case import Case, Levers
from lib.whatif.compare import MONEY, Answer, Spread
from lib.whatif.curve import curve
from lib.whatif.limits import bottleneck
from lib.whatif.optimise import Goal, Limits, Score, best_plan

RUNS = 2000


def read_case(file: Path) -> Case:
    """Raises OSError, lib.whatif.travel.BadCase."""
    return travel.from_file(file.read_bytes())


def what_if(file: Path, *, runs: int = RUNS) -> dict[str, Any]:
    """Baseline and variants with their paired differences. Raises OSError, BadCase, BadScenario."""
    case = read_case(file)
    compare.grow_all(case, runs)
    answers = [compare.answer(case, i, runs) for i in range(case.count)]
    return {
        **_head(case),
        "runs": runs,
        "sets": [
            {
                "name": case.variants[told.index - 1].name if told.index else "baseline",
                "values": {name: _plain(case, name, one) for name, one in told.values.items()},
                "against_baseline": {name: _plain(case, name, one) for name, one in told.against.items()},
                "unanswered_share": told.unanswered,
                "limit": asdict(bottleneck(case, told)),
                "budget_curve": _curve(case, told),
            }
            for told in answers
        ],
    }


def optimise(file: Path, *, goal: Goal = "profit", limits: Limits | None = None) -> dict[str, Any]:
    """The best plan for the baseline's item and desk. Raises OSError, BadCase, BadScenario."""
    case = read_case(file)
    best = best_plan(case, goal, limits)
    return {
        **_head(case),
        "goal": goal,
        "reached": best.reached,
        "tried": best.tried,
        "levers": _changed(case, best.levers),
        "score": _score(case, best.score),
        "gain_profit": _plain(case, "profit", best.gain),
        "ads_first_then_staff": {"levers": _changed(case, best.apart), "score": _score(case, best.apart_score)},
        "over_ads_first_minor": micro_to_minor(round(best.over_apart), case.currency),
        "an_agent_hour_more_minor": micro_to_minor(round(best.an_hour_more), case.currency),
        "a_unit_of_budget_more": best.a_unit_more,
    }


def _head(case: Case) -> dict[str, Any]:
    return {
        "name": case.name,
        "item": case.retailer_id,
        "title": case.title,
        "currency": case.currency,
        "origin": "forecast",
        "seed": case.seed,
        "engine_version": engine_version(),
        "case_engine_version": case.engine,
        "other_engine": travel.is_other_engine(case),
    }


def _plain(case: Case, name: str, one: Spread) -> dict[str, float | int | None]:
    money = name in MONEY or name == "cost_per_order"
    plain = {}
    for level, number in asdict(one).items():
        known = number == number
        if money and level != "better":
            plain[level] = micro_to_minor(round(number), case.currency) if known else None
        else:
            plain[level] = number if known else None
    return plain


def _score(case: Case, told: Score) -> dict[str, float | int]:
    return {
        "profit_minor": micro_to_minor(round(told.profit), case.currency),
        "spend_minor": micro_to_minor(round(told.spend), case.currency),
        "orders": told.orders,
        "first_reply_minutes": told.reply_minutes,
        "agent_hours": told.agent_hours,
    }


def _changed(case: Case, levers: Levers) -> dict[str, Any]:
    base = case.base.model_dump(mode="json")
    return {name: value for name, value in levers.model_dump(mode="json").items() if base[name] != value}


def _curve(case: Case, told: Answer) -> dict[str, Any]:
    found = curve(case, told.index)
    return {
        "budget_minor": [p.budget_minor for p in found.points],
        "profit_mean_minor": [micro_to_minor(round(p.profit.mean), case.currency) for p in found.points],
        "orders_mean": [p.orders.mean for p in found.points],
        "stop_minor": found.points[found.stop].budget_minor,
        "never_pays": found.never_pays,
        "pays_throughout": found.pays_throughout,
    }
