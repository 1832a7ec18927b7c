"""One HTML file that holds a what-if: sentence, tables, pictures, every input, seed and versions. Opens anywhere."""

from lib.ui import format as f
from lib.ui import html, language, words
from lib.ui import whatif_words as say
from lib.ui.language import _
from lib.ui.whatif_answer import cells
from lib.ui.whatif_charts import STEP_WORDS, STEPS, name_of
from lib.whatif.case import Case, Levers
from lib.whatif.compare import Answer, answer, fan, grow_all
from lib.whatif.curve import Curve, curve
from lib.whatif.limits import bottleneck
from lib.whatif.runs import run_of
from lib.whatif.travel import TooLong, stamped, to_code

WIDTH, HEIGHT = 640, 240


def report(case: Case, answers: tuple[Answer, ...], stop: Curve, chosen: int) -> bytes:
    """In the visitor's language; the sentences are about the chosen set of levers, `stop` is its curve."""
    case, told = stamped(case), answers[chosen]
    try:
        code = to_code(case)
    except TooLong:
        code = ""
    sets = [{"name": name_of(case, a.index), "cells": cells(a, case.currency),
             "funnel": [f.count(a.values[step].mean) for step in STEPS]} for a in answers]  # fmt: skip
    text = html.render(
        "whatif_report.html",
        lang=language.current(),
        rtl=language.is_rtl(),
        title=_("What if"),
        name=case.title or case.name,
        shop=case.shop_name,
        headline=say.headline(told, case.currency) if told.index else "",
        limit=say.limit(bottleneck(case, told), stop, case.levers(told.index).budget_minor),
        columns=[_("orders"), _("profit"), _("chats opened"), _("ads for one order")],
        steps=[_(STEP_WORDS[step]) for step in STEPS],
        sets=sets,
        fans=[_fan(case, a) for a in answers],
        curve=_curve(case, stop),
        curve_columns=[_("Budget"), _("Profit"), _("Orders"), _("Cost of one order")],
        curve_finding=say.curve_finding(stop, case.currency),
        inputs=_inputs(case),
        words={
            "levers": _("All levers"),
            "baseline": _("Baseline"),
            "orders": _("Orders so far, nine of ten runs"),
            "steps": _("Mean numbers of the whole run"),
            "made": _("Origin"),
        },
        facts=_facts(case, told),
        code=code,
    )
    return text.encode()


def _facts(case: Case, told: Answer) -> list[tuple[str, str]]:
    return [
        (_("Origin"), words.say(words.ORIGIN, "forecast")),
        (_("Runs"), f.count(told.count)),
        (_("Seed"), str(case.seed)),
        (_("Simulator"), case.engine),
        (_("First day"), case.first_day.isoformat()),
        (_("Time zone"), case.timezone),
    ]


def _inputs(case: Case) -> list[dict[str, object]]:
    """Every lever of every set; overridden assumptions are among them."""
    rows = []
    for name in Levers.model_fields:
        values = [_plain(case, name, getattr(case.levers(i), name)) for i in range(case.count)]
        rows.append({"name": name, "values": values, "moved": len(set(values)) > 1})
    return rows


def _plain(case: Case, name: str, value: object) -> str:
    if name.endswith("_minor") and isinstance(value, int):
        return f.money(value, case.currency)
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return str(value)


def _fan(case: Case, told: Answer) -> dict[str, object]:
    """The band as two outlines in the picture's own units."""
    rows = fan(run_of(case, case.levers(told.index)), "orders", told.count)
    top = max(float(rows[:, 4].max()), 1.0)
    last = max(len(rows) - 1, 1)

    def line(place: int) -> list[str]:
        return [f"{WIDTH * d / last:.1f},{HEIGHT * (1 - row[place] / top):.1f}" for d, row in enumerate(rows)]

    return {
        "name": name_of(case, told.index),
        "wide": " ".join([*line(0), *reversed(line(4))]),
        "half": " ".join([*line(1), *reversed(line(3))]),
        "middle": " ".join(line(2)),
        "top": f.count(top),
        "days": f.count(len(rows)),
    }


def _curve(case: Case, stop: Curve) -> list[dict[str, str]]:
    return [
        {
            "budget": f.money(p.budget_minor, case.currency),
            "profit": f.money_micro(p.profit.mean, case.currency),
            "orders": f.count(p.orders.mean),
            "cost": f.money_micro(p.cost_per_order.p50, case.currency),
            "best": "•" if i == stop.stop else "",
        }
        for i, p in enumerate(stop.points)
    ]


def report_of(case: Case, *, runs: int, chosen: int = 1) -> bytes:
    """The report of a case from scratch, for scripts."""
    grow_all(case, runs)
    answers = tuple(answer(case, i, runs) for i in range(case.count))
    chosen = min(chosen, case.count - 1)
    return report(case, answers, curve(case, chosen), chosen)
