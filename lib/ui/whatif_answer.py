"""The answer on top of the page: one sentence, what holds it back, baseline and variants side by side."""

from dataclasses import dataclass

from lib.ui import format as f
from lib.ui import html, words
from lib.ui import whatif_words as say
from lib.ui.components.preview import preview
from lib.ui.language import _, isolate
from lib.ui.whatif_charts import name_of
from lib.ui.whatif_lab import Lab
from lib.whatif.compare import Answer
from lib.whatif.curve import Curve
from lib.whatif.limits import bottleneck


@dataclass(frozen=True)
class Cell:
    code: str
    value: str
    sure: str
    step: str


def cells(told: Answer, currency: str) -> list[Cell]:
    """The baseline's own numbers, a variant's differences to them."""
    own, gap = told.values, told.against
    if not gap:
        chats, orders = (_band_count(own[name].p05, own[name].p95) for name in ("conversations", "orders"))
        return [
            Cell("orders", f.count(own["orders"].p50), orders, "orders"),
            Cell("profit", f.money_micro(own["profit"].p50, currency),
                 _sure(f.money_band(own["profit"].p05, own["profit"].p95, currency)), "money"),
            Cell("conversations", f.count(own["conversations"].p50), chats, "conversations"),
            Cell("cost_per_order", f.money_micro(own["cost_per_order"].p50, currency),
                 _sure(f.money_band(own["cost_per_order"].p05, own["cost_per_order"].p95, currency)), "clicks"),
        ]  # fmt: skip
    chats, orders, profit = gap["conversations"], gap["orders"], gap["profit"]
    cost = gap["cost_per_order"]
    return [
        Cell("orders", say.signed_count(orders.p50), say.sure_count(orders), "orders"),
        Cell("profit", say.signed_money(profit.p50, currency), say.sure_money(profit, currency), "money"),
        Cell("conversations", say.signed_count(chats.p50), say.sure_count(chats), "conversations"),
        Cell("cost_per_order", say.signed_money(cost.p50, currency), say.sure_money(cost, currency), "clicks"),
    ]


def _band_count(low: float, high: float) -> str:
    return _sure(f.count_band(low, high))


def _sure(band: str) -> str:
    return _("90 % sure: {band}", band=isolate(band))


def headline(lab: Lab, told: Answer) -> str:
    if lab.chosen == 0:
        return _("The baseline. Choose a variant and move a lever.")
    return say.headline(told, lab.case.currency) or _("Move a lever: what it changes shows here.")


def draw(lab: Lab, answers: tuple[Answer, ...], stop: Curve | None) -> None:
    told = answers[lab.chosen]
    currency = lab.case.currency
    sets = [
        {"index": a.index, "name": name_of(lab.case, a.index), "chosen": a.index == lab.chosen,
         "cells": cells(a, currency)}
        for a in answers
    ]  # fmt: skip
    markup = html.render(
        "whatif_answer.html",
        headline=headline(lab, told),
        limit=say.limit(bottleneck(lab.case, told), stop, lab.levers.budget_minor),
        columns=[_("orders"), _("profit"), _("chats opened"), _("ads for one order")],
        sets=sets,
        origin=words.say(words.ORIGIN, "forecast"),
        runs=_("{n} simulated runs, each set meets the same luck.", n=f.count(told.count)),
        wages=_("Hours of people beyond the baseline’s are paid in full, the baseline’s own only for the share that "
                "the ads keep busy."),
    )  # fmt: skip
    preview(markup, key="whatif-answer", mark="studio-answer")
