"""The desk held against theory and peers at any size: one row a figure, ours beside theirs."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lib.market.desk import NEVER
from lib.market.shifts import Roster
from tests.benchmarks.desk_models import (
    at_once,
    chats,
    erlang_a,
    erlang_c,
    event_by_event,
    hours_for,
    in_ciw,
    markov_chats,
    mean_and_error,
    stretches,
    weekday_rush,
)

Row = dict[str, Any]
DAY_SHIFTS = [n if 9 <= hour < 21 else 0 for n in (2, 3, 2, 1) for hour in range(24)]
LONG_WAY = 1e15  # a last second that is not infinite keeps the desk off its short cut for equal agents


def desk_checks(size: int = 4_000_000) -> list[Row]:
    """Rows of {name, ours, other, source, error, ok}; `error` is ours by batch means, 0 where paths are compared.

    `size` customers in each comparison with a formula, a hundredth of it with the slow models.
    """
    return [
        *_against_erlang_c(size),
        *_against_erlang_a(size),
        *_against_ciw(size // 100),
        *_against_events(size // 400),
    ]


def _against_erlang_c(size: int) -> Iterator[Row]:
    for rate, handle, agents, each in ((0.2, 240, 55, 1), (200 / 3600, 180, 14, 1), (1 / 60, 600, 4, 3)):
        came = markov_chats(1, size, rate, handle)
        outcome = at_once(came, Roster.of([agents] * hours_for(came)), each, until=LONG_WAY)
        waits = outcome.replied - outcome.arrival
        p_wait, mean_wait = erlang_c(rate, handle, agents * each)
        case = f"{rate * handle:.3g} erlang, {agents} agents x {each}"
        yield _formula(f"P(wait), {case}", "Erlang C", waits > 0, p_wait)
        yield _formula(f"mean wait in s, {case}", "Erlang C", waits, mean_wait)


def _against_erlang_a(size: int) -> Iterator[Row]:
    for servers, load, patience in ((5, 1.0, 2.0), (20, 0.95, 1.0), (20, 1.3, 4.0)):
        handle = 600.0
        rate = load * servers / handle
        came = markov_chats(servers, size, rate, handle, patience * handle)
        outcome = at_once(came, Roster.of([servers] * hours_for(came)), until=LONG_WAY)
        gone = np.isfinite(outcome.left)
        waits = np.where(gone, outcome.left, outcome.replied) - outcome.arrival
        case = f"{servers} agents, load {load}, patience {patience} x handle time"
        theory = erlang_a(rate, handle, servers, patience * handle)
        yield _formula(f"P(abandon), {case}", "Erlang A (birth-death chain)", gone, theory[0])
        yield _formula(f"P(wait), {case}", "Erlang A (birth-death chain)", waits > 0, theory[1])
        yield _formula(f"mean wait in s, {case}", "Erlang A (birth-death chain)", waits, theory[2])


def _against_ciw(customers: int) -> Iterator[Row]:
    for each in (1, 3):
        came = weekday_rush(3, max(8, round(customers / (130 * each))), 8 * each)
        roster = Roster.of(DAY_SHIFTS * (hours_for(came) // len(DAY_SHIFTS) + 20))
        outcome = at_once(came, roster, each)
        waits, reneged = in_ciw(came, stretches(DAY_SHIFTS), each)
        gone = np.isfinite(outcome.left)
        ours = np.where(gone, outcome.left, outcome.replied) - came.arrival
        case = f"day shifts of 1 to 3 agents x {each}, nights off, b = 0, {len(came)} customers"
        wait, theirs = ours[~gone].mean(), waits[~reneged].mean()
        yield _pair(f"mean wait of the answered in s, {case}", "Ciw", wait, theirs, abs(wait / theirs - 1) < 0.05)
        left, theirs = gone.mean(), reneged.mean()
        yield _pair(f"share that leaves, {case}", "Ciw", left, theirs, abs(left - theirs) < 0.01)
        apart = float(np.abs(ours - waits).max())
        yield _pair(f"largest difference of one wait in s, {case}", "Ciw", apart, 0.0, apart < 1e-3)


def _against_events(customers: int) -> Iterator[Row]:
    for crowding in (0.0, 0.25, 0.6):
        came = chats(5, customers, 240.0, bot_share=0.15)
        by_hour = [1, 0, 2, 5, 3, 3, 1, 4] * (hours_for(came) // 8 + 1)
        outcome = at_once(came, Roster.of(by_hour), 3, crowding, until=LONG_WAY)
        replied, left, _, _ = event_by_event(came, by_hour, 3, crowding)
        case = f"ragged shifts, 3 chats each, b = {crowding}, {customers} chats"
        same = np.array_equal(outcome.replied, replied) and np.array_equal(outcome.left, left)
        ours, theirs = np.mean(outcome.replied < NEVER), np.mean(replied < NEVER)
        yield _pair(f"share answered, every time the same to the bit, {case}", "event by event", ours, theirs, same)


def _formula(name: str, source: str, series: Any, expected: float) -> Row:
    mean, error = mean_and_error(series)
    return dict(name=name, ours=mean, other=expected, source=source, error=error, ok=abs(mean - expected) < 4 * error)


def _pair(name: str, source: str, ours: float, other: float, ok: bool) -> Row:
    return dict(name=name, ours=float(ours), other=float(other), source=source, error=0.0, ok=bool(ok))
