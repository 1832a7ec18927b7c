"""The market engine, each figure beside a yardstick measured in the same run."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lib.market import events, fast, pacing
from lib.market import params as p
from lib.market.columns import TOTALS
from lib.market.compiled import kernel
from lib.market.exact import FIRST_SEATS
from lib.market.keys import VALIDATION, draw64
from lib.market.layout import lay_out
from lib.market.people import people_cells
from lib.market.world import MIDDLE, draw_world
from tests.benchmarks.numpy_market import simulate_in_numpy
from tests.market.luck import another_agent, dearer_bid
from tests.market.support import load_assumptions, reference

Row = dict[str, Any]
HERE = Path(__file__).resolve().parents[2]


def market_benchmarks() -> list[Row]:
    return [
        opportunity_cost(),
        *forecast_times(),
        against_numpy(),
        *shared_luck(),
        first_answer(),
        peak_memory(),
    ]


def row(name: str, value: float, unit: str, yardstick: str, target: float, *, at_most: bool = False) -> Row:
    met = value <= target if at_most else value >= target
    return dict(name=name, value=round(value, 3), unit=unit, yardstick=yardstick, target=target, met=bool(met))


def best_cpu(run: Callable[[], object], passes: int) -> float:
    """Processor seconds of the quickest pass: neighbours on the machine only ever add."""
    took = []
    for _ in range(passes):
        start = time.process_time()
        run()
        took.append(time.process_time() - start)
    return min(took)


@kernel
def _raw_hashes(count):
    total = np.uint64(0)
    for i in range(count):
        total ^= draw64(np.uint64(12345), i)
    return total


def opportunity_cost() -> Row:
    """Exact engine, the reference plan's delivery: processor time an opportunity over that of one raw 64-bit draw."""
    layout = lay_out(reference(5), load_assumptions())
    v = layout.blank.copy()
    luck = np.uint64(1), VALIDATION, 0
    draw_world(layout.rows, layout.streams, layout.hours, layout.stages[0], *luck, MIDDLE, v)
    people = people_cells(v)

    def fly(count: bool = False) -> int:
        state, counts = np.zeros(pacing.STATE), np.zeros(pacing.COUNTS, np.int64)
        hourly = np.zeros(len(layout.hours), np.int64)
        seats, seen, used = np.full(FIRST_SEATS, -1, np.int64), np.zeros((FIRST_SEATS, 2), np.uint16), 0
        delivered = np.zeros((1, pacing.PLACES_KNOWN, events.CELL_WIDTH), np.int64)
        chats = np.zeros((64, events.CHAT_WIDTH), np.int64)
        met = 0
        stage = layout.stages[0]
        for h in range(len(layout.hours)):
            pacing.open_hour(h, layout.hours, layout.stages, v, *luck, hourly, state, counts)
            if count:
                on = stage[p.S_PLACE : p.S_PLACE + pacing.PLACES_KNOWN]
                met += sum(events.count_opportunities(h, v, *luck, state, i, x) for i, x in enumerate(on))
            delivered[:] = 0
            seats, seen, used, chats, hourly[h] = events.run_hour(
                h, stage, v, *luck, state, counts, *people, seats, seen, used, delivered, chats
            )
        return met

    met = fly(count=True)
    draws = 1_000_000
    _raw_hashes(1000)
    raw = best_cpu(lambda: _raw_hashes(draws), 40) / draws
    each = best_cpu(fly, 15) / met
    share = v[p.WIN_SHARE]
    told = f"one raw 64-bit draw {raw * 1e9:.2f} ns, an opportunity {each * 1e9:.1f} ns, {share:.0%} of them won"
    return row("exact_opportunity_cost", each / raw, "raw draws", told, 20, at_most=True)


def forecast_times() -> list[Row]:
    plan, assumptions = reference(30), load_assumptions()
    fast.forecast(plan, assumptions, seed=1, replicates=40)
    took = []
    for seed in range(15):
        start = time.perf_counter()
        fast.forecast(plan, assumptions, seed=seed, replicates=1000)
        took.append(time.perf_counter() - start)
    layout = lay_out(plan, assumptions)
    one = min(_wall(layout, 1) for _ in range(4))
    two = min(_wall(layout, None) for _ in range(4))
    told = (
        f"quickest of 15, median {sorted(took)[7] * 1e3:.0f} ms; 3 placements, 720 hours, desk chat by chat, with bands"
    )
    return [
        row("forecast_1000_warm", min(took) * 1e3, "ms", told, 150, at_most=True),
        row("forecast_two_threads", one / two, "x", f"one thread {one * 1e3:.0f} ms", 1.8),
    ]


def _wall(layout: Any, threads: int | None) -> float:
    start = time.perf_counter()
    fast.simulate(layout, seed=1, replicates=1000, threads=threads)
    return time.perf_counter() - start


def against_numpy(replicates: int = 10_000) -> Row:
    """Wall time of the same law, with all processors here and vectorised over replicates in numpy there."""
    plan = reference(30)
    layout = lay_out(plan, load_assumptions())
    start = time.perf_counter()
    _, totals = fast.simulate(layout, seed=1, replicates=replicates, drawn=False, per_world=1)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    theirs_by_name = simulate_in_numpy(layout, replicates, seed=1)
    theirs = time.perf_counter() - start
    named = dict(zip(TOTALS, totals, strict=True))
    same = all(_agree(named[name], theirs_by_name[name]) for name in theirs_by_name)
    told = f"numpy {theirs:.1f} s, ours {ours:.1f} s for {replicates:,}; means {'agree' if same else 'DIFFER'}"
    found = row("forecast_against_numpy", theirs / ours, "x wall", told, 4)
    found["met"] = found["met"] and same
    return found


def _agree(ours: np.ndarray, theirs: np.ndarray) -> bool:
    error = np.sqrt(ours.var() / ours.size + theirs.var() / theirs.size)
    return bool(abs(ours.mean() - theirs.mean()) <= max(0.02 * abs(theirs.mean()), 4 * error))


def shared_luck(replicates: int = 1000) -> list[Row]:
    told = "variance of the difference with luck of their own over that with shared luck, middle world"
    return [
        row("shared_luck_dearer_bid", dearer_bid(replicates), "x", f"+5 % bid cap, conversations: {told}", 3),
        row("shared_luck_another_agent", another_agent(replicates), "x", f"2 to 3 agents, orders: {told}", 20),
    ]


_FIRST = """
import time
import numba
from lib.market import fast
from lib.store.assumptions import load_assumptions
from tests.market.support import reference
assumptions, plan = load_assumptions(), reference(30)
begun = time.perf_counter()
# the compiler imports most of itself only when the first machine code is loaded
numba.core.registry.cpu_target.target_context.refresh()
print(time.perf_counter() - begun)
start = time.perf_counter()
fast.forecast(plan, assumptions, seed=1, replicates=100)
print(time.perf_counter() - start)
"""


def first_answer() -> Row:
    """A new process with a warm cache: from imports done to the first hundred replicates with bands."""
    took = []
    for _ in range(4):
        done = subprocess.run([sys.executable, "-c", _FIRST], cwd=HERE, capture_output=True, text=True, check=True)
        took.append([float(line) for line in done.stdout.split()])
    imports, first = (min(column) for column in zip(*took, strict=True))
    told = f"100 replicates, beyond imports; the compiler's own late imports took {imports:.2f} s; quickest of 4"
    return row("first_answer_warm_cache", first, "s", told, 0.1, at_most=True)


_MEMORY = """
import resource
from lib.market import fast
from lib.store.assumptions import load_assumptions
from tests.market.support import reference
fast.forecast(reference(30), load_assumptions(), seed=1, replicates=10_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def peak_memory() -> Row:
    done = subprocess.run([sys.executable, "-c", _MEMORY], cwd=HERE, capture_output=True, text=True, check=True)
    return row("peak_memory", float(done.stdout), "MB", "a process that forecasts 10,000 replicates", 400, at_most=True)
