"""The desk by other means: closed forms, a plain event-by-event model of the same law, and Ciw."""

import heapq
import math

import ciw
import numpy as np
from numpy.typing import NDArray

from lib.market.desk import BOT, HOUR, NEVER, NOBODY
from lib.market.shifts import Chats, DeskState, Outcome, Roster, run_desk

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def chats(
    seed: int, count: int, gap: float, handle: float = 720.0, patience: float = 1800.0, bot_share: float = 0.0
) -> Chats:
    """Random chats: exponential gaps, lognormal handle times and patience."""
    rng = np.random.default_rng(seed)
    return Chats.of(
        np.arange(count) * 7 + 3,
        np.cumsum(rng.exponential(gap, count)),
        patience * np.exp(rng.normal(0, 1.5, count)),
        handle * np.exp(rng.normal(-0.32, 0.8, count)),
        rng.random(count) < bot_share,
    )


def at_once(
    came: Chats,
    roster: Roster,
    chats_each: int = 1,
    crowding: float = 0.0,
    bot_seconds: float = 5.0,
    until: float = NEVER,
) -> Outcome:
    """Our desk in one go. A finite `until` takes the long way even where all agents are alike."""
    state, outcome = run_desk(
        DeskState.opened(),
        came,
        roster,
        until=until,
        chats_each=chats_each,
        crowding=crowding,
        bot_seconds=bot_seconds,
    )
    assert len(state.queue) == 0
    return outcome


def event_by_event(
    came: Chats, agents_by_hour: list[int], chats_each: int, crowding: float, bot_seconds: float = 5.0
) -> tuple[Floats, Floats, NDArray[np.int64], Floats]:
    """The same law told as a story: a calendar of events, a queue, and agents with what they hold in hand."""
    replied, left = {}, {}
    agent, ended = {}, {}
    events = [(float(t), 1, c) for c, t in enumerate(came.arrival)]
    events += [(h * HOUR, 0, -1) for h in range(len(agents_by_hour))]
    heapq.heapify(events)
    queue, holding = [], [0] * max(agents_by_hour)

    def hand_out(now):
        hour = int(now // HOUR)
        on = agents_by_hour[hour] if hour < len(agents_by_hour) else 0
        while queue:
            able = [(holding[i], i) for i in range(on) if holding[i] < chats_each]
            if not able:
                return
            held, i = min(able)
            c = queue.pop(0)
            end = now + came.handle[c] * (1 + crowding * held)
            holding[i] += 1
            replied[c], agent[c], ended[c] = now, i, end
            heapq.heappush(events, (end, -1, i))

    while events:
        now, what, who = heapq.heappop(events)
        if what == -1:
            holding[who] -= 1
        elif what == 1:
            gone = now + came.patience[who]
            if came.bot[who]:
                answer = now + bot_seconds
                if gone < answer:
                    left[who] = gone
                else:
                    replied[who], agent[who], ended[who] = answer, BOT, answer
                continue
            queue.append(who)
            heapq.heappush(events, (gone, 2, who))
        elif what == 2 and who in queue:
            hand_out(now)
            if who in queue:
                queue.remove(who)
                left[who] = now
        hand_out(now)
    every = range(len(came))
    return (
        np.array([replied.get(c, NEVER) for c in every]),
        np.array([left.get(c, NEVER) for c in every]),
        np.array([agent.get(c, NOBODY) for c in every]),
        np.array([ended.get(c, NEVER) for c in every]),
    )


def erlang_c(arrivals: float, handle: float, servers: int) -> tuple[float, float]:
    """P(wait) and mean wait of M/M/c, from the textbook sum."""
    load = arrivals * handle
    terms = [1.0]
    for n in range(1, servers):
        terms.append(terms[-1] * load / n)
    last = terms[-1] * load / servers * servers / (servers - load)
    p_wait = last / (sum(terms) + last)
    return p_wait, p_wait * handle / (servers - load)


def erlang_a(arrivals: float, handle: float, servers: int, patience: float) -> tuple[float, float, float]:
    """P(abandon), P(wait) and mean wait of M/M/c+M from its birth-death chain."""
    weights = [1.0]
    while len(weights) < servers + 1 or weights[-1] > 1e-16 * max(weights):
        n = len(weights)
        weights.append(weights[-1] * arrivals / (min(n, servers) / handle + max(n - servers, 0) / patience))
    total = math.fsum(weights)
    queue = math.fsum((n - servers) * w for n, w in enumerate(weights) if n > servers) / total
    p_wait = math.fsum(weights[servers:]) / total
    return queue / patience / arrivals, p_wait, queue / arrivals


def markov_chats(seed: int, count: int, arrivals: float, handle: float, patience: float = 1e12) -> Chats:
    rng = np.random.default_rng(seed)
    return Chats.of(
        np.arange(count),
        np.cumsum(rng.exponential(1 / arrivals, count)),
        rng.exponential(patience, count),
        rng.exponential(handle, count),
        np.zeros(count, bool),
    )


def mean_and_error(values: Floats | Flags, batches: int = 40) -> tuple[float, float]:
    """Mean of a stationary series and its standard error from batch means."""
    means = np.array([part.mean() for part in np.array_split(values, batches)])
    return float(means.mean()), float(means.std(ddof=1) / math.sqrt(batches))


def hours_for(came: Chats) -> int:
    return int(came.arrival[-1] / HOUR) + 50


class ForEachPerson(ciw.dists.Distribution):
    """Gives the person numbered n the nth of the numbers, whenever it is asked."""

    def __init__(self, numbers: Floats) -> None:
        self.numbers = [float(number) for number in numbers]

    def sample(self, t: float | None = None, ind: ciw.Individual | None = None) -> float:
        return self.numbers[ind.id_number - 1]


def in_ciw(came: Chats, shifts: list[tuple[int, int]], slots: int) -> tuple[Floats, Flags]:
    """The desk as a Ciw node with as many servers as slots; returns each customer's wait and whether it reneged."""
    gaps = np.diff(came.arrival, prepend=0.0).tolist()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, 1e12])],
        service_distributions=[ForEachPerson(came.handle)],
        reneging_time_distributions=[ForEachPerson(came.patience)],
        number_of_servers=[
            ciw.Schedule(
                numbers_of_servers=[n * slots for n, _ in shifts],
                shift_end_dates=[end * HOUR for _, end in shifts],
                preemption=False,
            )
        ],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(came.arrival[-1] + 40 * 24 * HOUR)
    records = sorted(simulation.get_all_records(only=["service", "renege"]), key=lambda r: r.id_number)
    assert len(records) == len(came)
    return np.array([r.waiting_time for r in records]), np.array([r.record_type == "renege" for r in records])


def weekday_rush(seed: int, days: int, per_hour: float) -> Chats:
    """Poisson arrivals that follow the hour of the day, thinned from a steady stream."""
    rng = np.random.default_rng(seed)
    shape = np.array([1, 1, 0, 0, 0, 0, 1, 2, 4, 5, 6, 6, 7, 7, 6, 6, 6, 7, 8, 9, 9, 8, 5, 3]) / 9
    steady = np.cumsum(rng.exponential(HOUR / per_hour, int(days * 24 * per_hour)))
    arrival = steady[rng.random(steady.size) < shape[(steady // HOUR).astype(int) % 24]]
    n = arrival.size
    return Chats.of(
        np.arange(n),
        arrival,
        1800 * np.exp(rng.normal(0, 1.5, n)),
        720 * np.exp(rng.normal(-0.32, 0.8, n)),
        np.zeros(n, bool),
    )


def stretches(by_hour: list[int]) -> list[tuple[int, int]]:
    """(number, end hour) of each stretch of equal numbers."""
    found = []
    for hour, n in enumerate(by_hour):
        if found and found[-1][0] == n:
            found[-1] = (n, hour + 1)
        else:
            found.append((n, hour + 1))
    return found
