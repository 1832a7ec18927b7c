"""What holds a result back: the inbox at some time of the day, the budget, the people, or the sums themselves."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lib.market.desk_figures import chats_an_agent_can_finish
from lib.whatif.case import Case, calendar_of, desk_hours
from lib.whatif.compare import Answer
from lib.whatif.runs import believed

Floats = NDArray[np.float64]

PARTS = {"night": range(6), "morning": range(6, 12), "afternoon": range(12, 18), "evening": range(18, 24)}
MANY_UNANSWERED = 0.1
Limit = Literal["nobody_writes", "inbox_closed", "inbox_full", "loses_money", "budget"]


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """`part` of the day and `unanswered` share of its chats for the two inbox limits."""

    code: Limit
    part: str = ""
    unanswered: float = 0.0


def bottleneck(case: Case, told: Answer) -> Bottleneck:
    if told.values["conversations"].mean < 1:
        return Bottleneck("nobody_writes")
    if told.unanswered >= MANY_UNANSWERED:
        part, closed = _worst_part(case, told)
        return Bottleneck("inbox_closed" if closed else "inbox_full", part, told.unanswered)
    if told.values["profit"].p50 < 0:
        return Bottleneck("loses_money")
    return Bottleneck("budget")


def load_by_hour(case: Case, index: int, conversations: float) -> tuple[Floats, Floats]:
    """Mean chats that come and that the people on shift can finish, for each local hour of the day.

    Chats follow people's activity over the day (assumption activity_hour_share).
    """
    levers = case.levers(index)
    known = believed(levers).with_overrides(levers.overrides)
    calendar = calendar_of(case, levers)
    hours = np.array(calendar.hour_of_day)
    times = np.bincount(hours, minlength=24)
    activity = np.array([known.value(f"activity_hour_share.{hour:02d}") for hour in range(24)])
    weight = activity * times
    come = conversations * (1 - levers.bot_share) * weight / max(weight.sum(), 1e-12) / np.maximum(times, 1)
    week = np.array(desk_hours(case.agents, levers))[24 * np.array(calendar.weekday) + hours]
    people = np.bincount(hours, weights=week, minlength=24) / np.maximum(times, 1)
    each = chats_an_agent_can_finish(
        levers.chats_each, known.value("handle_minutes_mean"), known.value("crowding_factor")
    )
    return come, people * each


def _worst_part(case: Case, told: Answer) -> tuple[str, bool]:
    """The part of the day with the most chats beyond what its people finish, and whether hardly anybody is there."""
    come, can = load_by_hour(case, told.index, told.values["conversations"].mean)
    beyond = np.maximum(come - can, 0)
    if beyond.sum() == 0:  # full only by chance: where it is tightest
        beyond = come / np.maximum(can, 1e-9)
    worst = max(PARTS, key=lambda part: beyond[list(PARTS[part])].sum())
    rows = list(PARTS[worst])
    return worst, bool(np.mean(can[rows] <= 0) >= 0.5)
