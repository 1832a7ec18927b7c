"""The desk against SimPy and Ciw: the same M(t)/M/5+M, customers a second of processor time, in one run.

Exponential service and patience, arrivals that follow the hour of the day, mean load 1. All three draw their own random
numbers inside the time measured. P(abandon) must agree within three standard errors, or the ratio means nothing.
"""

import math
import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import ciw
import numpy as np
import simpy

from lib.market.compiled import kernel
from lib.market.desk import HOUR, NEVER, WAITING, serve
from lib.market.keys import CHAT, VALIDATION, draw64, stream, uniform
from lib.market.numerics import log_
from lib.market.shifts import Roster

SERVERS, SERVICE, PATIENCE = 5, 600.0, 1200.0
SHAPE = np.array([5, 5, 4, 4, 4, 5, 6, 8, 9, 10, 11, 11, 11, 11, 11, 11, 11, 12, 12, 12, 11, 10, 8, 6])
RATES = SHAPE / SHAPE.mean() * SERVERS / SERVICE  # customers a second in each hour of the day
DAY = 24 * HOUR
BATCH_DAYS = 10  # as long as its arrays stay in a core's own cache; whole days, so that every hour counts alike
ROOM = round(1.15 * BATCH_DAYS * RATES.sum() * HOUR)


class Measured(NamedTuple):
    customers: int
    seconds: float
    abandoned: float
    error: float

    @property
    def rate(self) -> float:
        return self.customers / self.seconds


def days_for(customers: int) -> int:
    return max(20, round(customers / (RATES.sum() * HOUR)))


def by_day(came: list[float], gone: list[bool]) -> tuple[float, float]:
    """Share that abandons, and its standard error from the days as batches of a ratio."""
    day = (np.asarray(came) // DAY).astype(int)
    arrived = np.bincount(day)
    left = np.bincount(day, weights=gone, minlength=arrived.size)
    share = left.sum() / arrived.sum()
    spread = left - share * arrived
    return float(share), float(math.sqrt((spread**2).sum()) / arrived.sum())


def measured(run: Callable[[], tuple[int, float, float]], passes: int = 3) -> Measured:
    """The same run several times over; the middle one counts."""
    took = []
    for _ in range(passes):
        start = time.process_time()
        result = run()
        took.append(time.process_time() - start)
    customers, abandoned, error = result
    return Measured(customers, sorted(took)[passes // 2], abandoned, error)


@kernel
def _exponentials(seed, batch, place, mean, out):
    key = stream(seed, VALIDATION, batch, 0, CHAT, place)
    for i in range(out.size):
        out[i] = -mean * log_(uniform(draw64(key, i)))


@kernel
def _arrivals(unit, rates, out):
    """Turns unit exponential gaps into a Poisson stream of these hourly rates."""
    clock = 0.0
    hour = 0
    for c in range(unit.size):
        gap = unit[c]
        rate = rates[hour % 24]
        room = (hour + 1) * HOUR - clock
        while gap > rate * room:
            gap -= rate * room
            hour += 1
            clock = hour * HOUR
            rate = rates[hour % 24]
            room = HOUR
        clock += gap / rate
        out[c] = clock


def our_desk(customers: int, seed: int, crowding: float = 0.0, agents: int = SERVERS, chats_each: int = 1) -> Measured:
    """Ten days after ten days, each with a desk that starts empty at midnight."""
    batches = max(2, round(customers / (BATCH_DAYS * RATES.sum() * HOUR)))
    roster = Roster.of([agents] * 24 * (BATCH_DAYS + 2))
    unit, patience, handle, arrival, replied, left, ended = np.empty((7, ROOM))
    bot, agent = np.zeros(ROOM, np.bool_), np.empty(ROOM, np.int64)

    def run() -> tuple[int, float, float]:
        came, gone = np.empty((2, batches))
        for b in range(batches):
            for place, (mean, draws) in enumerate(((1.0, unit), (PATIENCE, patience), (SERVICE, handle))):
                _exponentials(seed, b, place, mean, draws)
            _arrivals(unit, RATES, arrival)
            count = int(np.searchsorted(arrival, BATCH_DAYS * DAY))
            agent.fill(WAITING)
            serve(
                arrival, patience, handle, bot, count, 0.0, NEVER, roster.on_shift, roster.next_on, roster.off_at,
                chats_each, crowding, 5.0, np.zeros((agents, chats_each)), replied, left, agent, ended,
            )  # fmt: skip
            came[b], gone[b] = count, np.count_nonzero(agent[:count] < 0)
        share = gone.sum() / came.sum()
        error = math.sqrt(((gone - share * came) ** 2).sum()) / came.sum()
        return int(came.sum()), float(share), float(error)

    run()  # compiles
    return measured(run)


def simpy_desk(customers: int, seed: int) -> Measured:
    days = days_for(customers)

    def run() -> tuple[int, float, float]:
        rng = random.Random(seed)
        env = simpy.Environment()
        desk = simpy.Resource(env, SERVERS)
        came: list[float] = []
        gone: list[bool] = []

        def customer(number: int) -> Any:
            with desk.request() as request:
                answered = yield request | env.timeout(rng.expovariate(1 / PATIENCE))
                if request in answered:
                    yield env.timeout(rng.expovariate(1 / SERVICE))
                else:
                    gone[number] = True

        def street() -> Any:
            busiest = float(RATES.max())
            rates = RATES.tolist()
            while True:
                yield env.timeout(rng.expovariate(busiest))
                if rng.random() * busiest < rates[int(env.now / HOUR) % 24]:
                    came.append(env.now)
                    gone.append(False)
                    env.process(customer(len(came) - 1))

        env.process(street())
        env.run(until=days * DAY)
        return len(came), *by_day(came, gone)

    return measured(run)


def ciw_desk(customers: int, seed: int) -> Measured:
    days = days_for(customers)

    def run() -> tuple[int, float, float]:
        ciw.seed(seed)
        network = ciw.create_network(
            arrival_distributions=[
                ciw.dists.PoissonIntervals(
                    rates=RATES.tolist() * days,
                    endpoints=[HOUR * (h + 1) for h in range(24 * days)],
                    max_sample_date=days * DAY,
                )
            ],
            service_distributions=[ciw.dists.Exponential(1 / SERVICE)],
            reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE)],
            number_of_servers=[SERVERS],
        )
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(days * DAY)
        records = simulation.get_all_records(only=["service", "renege"])
        came = [r.arrival_date for r in records]
        gone = [r.record_type == "renege" for r in records]
        return len(records), *by_day(came, gone)

    return measured(run)


def agree(one: Measured, other: Measured) -> bool:
    return abs(one.abandoned - other.abandoned) < 3 * math.hypot(one.error, other.error)


def desk_benchmarks(size: int = 60_000, seed: int = 20261122) -> list[dict[str, Any]]:
    """`size` customers for SimPy, half as many for Ciw, eighty times as many for the desk."""
    ours = our_desk(80 * size, seed)
    crowded = our_desk(20 * size, seed, crowding=0.25, agents=2, chats_each=3)
    rows = []
    for name, peer, target in (
        ("SimPy", simpy_desk(size, seed), 500),
        ("Ciw", ciw_desk(size // 2, seed), 1000),
    ):
        ratio = ours.rate / peer.rate
        rows.append(
            {
                "name": f"desk_against_{name.lower()}",
                "value": round(ratio, 1),
                "unit": "x per CPU-s",
                "yardstick": f"M(t)/M/5+M, b = 0, {name}: {peer.rate:,.0f} customers/s, ours {ours.rate:,.0f}; "
                f"P(abandon) {peer.abandoned:.4f} and {ours.abandoned:.4f}",
                "target": target,
                "met": bool(ratio >= target and agree(ours, peer)),
            }
        )
    rows.append(
        {
            "name": "desk_crowded_against_plain",
            "value": round(crowded.rate / ours.rate, 3),
            "unit": "x per CPU-s",
            "yardstick": f"b = 0: {ours.rate:,.0f} customers/s; 2 people x 3 chats, b = 0.25: {crowded.rate:,.0f}",
            "target": 0.33,
            "met": bool(crowded.rate / ours.rate >= 0.33),
        }
    )
    return rows
