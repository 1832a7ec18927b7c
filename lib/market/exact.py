"""The simulated platform's truth: event by event, hour by hour, each hour a pure function of what came before.

`step` never changes the state it is given. A state's bytes and the scenario it belongs to give the state back; a
scenario with later edits continues the same past.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.market import chats as ch
from lib.market import events as ev
from lib.market import pacing as pc
from lib.market import params as p
from lib.market.assumptions import PLACEMENTS, Assumptions
from lib.market.courses import chat_id, converse
from lib.market.keys import DOMAINS
from lib.market.layout import Layout
from lib.market.people import seat_all
from lib.market.records import Cell, Chat, Course, Hour, pack_courses, unpack_courses
from lib.market.scenario import Scenario
from lib.market.setting import Setting
from lib.market.shifts import DeskState
from lib.market.version import ENGINE_VERSION, engine_version

__all__ = [
    "BadState",
    "Cell",
    "Chat",
    "Hour",
    "State",
    "chat_id",
    "engine_version",
    "finished",
    "loads",
    "start",
    "step",
    "steps",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST_SEATS = 1 << 12


class BadState(ValueError):
    """The bytes are not a state of this engine version and scenario."""


@dataclass(frozen=True, eq=False)
class State:
    """Everything up to the start of `hour`."""

    setting: Setting
    hour: int
    numbers: Floats
    counts: Ints
    hourly: Ints
    seats: Ints
    seen: NDArray[np.uint16]
    used: int
    reach: Ints
    desk: DeskState
    courses: dict[int, Course]

    def dumps(self) -> bytes:
        """Compressed; read back by `loads` with the same scenario, or one that differs in later edits."""
        taken = np.flatnonzero(self.seats >= 0)
        taken = taken[np.argsort(self.seats[taken])]
        numbers = {
            "hour": np.array([self.hour, self.used, self.seats.size]),
            "numbers": self.numbers,
            "counts": self.counts,
            "hourly": self.hourly,
            "seats": self.seats[taken],
            "seen": self.seen[taken],
            "reach": self.reach,
            "desk": np.frombuffer(self.desk.dumps(), np.uint8),
            "names": np.array([ENGINE_VERSION, self.setting.domain, *self.setting.layout.creatives]),
            "identity": np.array([self.setting.seed, int(self.setting.drawn)], np.uint64),
        }
        numbers |= pack_courses(self.courses)
        buffer = io.BytesIO()
        np.savez(buffer, **numbers)
        return zlib.compress(buffer.getvalue(), 1)

    def with_scenario(self, scenario: Scenario) -> "State":
        """The same past under a scenario whose new edits all lie at or after `hour`."""
        return loads(self.dumps(), scenario, self.setting.assumptions)


def start(
    scenario: Scenario, assumptions: Assumptions, *, seed: int, domain: str = "platform", drawn: bool = True
) -> State:
    """The state before the first hour. drawn=False puts every assumption at its middle value.

    Raises BadScenario, BadAssumption, UnknownAssumption.
    """
    setting = Setting(scenario, assumptions, seed, domain, drawn)
    layout = setting.layout
    return State(
        setting=setting,
        hour=0,
        numbers=np.zeros(pc.STATE),
        counts=np.zeros(pc.COUNTS, np.int64),
        hourly=np.zeros(len(layout.hours), np.int64),
        seats=np.full(FIRST_SEATS, -1, np.int64),
        seen=np.zeros((FIRST_SEATS, 1 + len(layout.creatives)), np.uint16),
        used=0,
        reach=np.zeros(1 + len(PLACEMENTS), np.int64),
        desk=DeskState.opened(),
        courses={},
    )


def step(state: State) -> tuple[State, Hour]:
    """One hour on. Past the flight's last hour no ads run, and the desk works on for two more weeks."""
    numbers, counts, hourly = state.numbers.copy(), state.counts.copy(), state.hourly.copy()
    return _advance(replace(state, numbers=numbers, counts=counts, hourly=hourly, reach=state.reach.copy()), copy=True)


def steps(state: State, hours: int) -> Iterator[Hour]:
    """The next hours, without the cost of keeping every state between them."""
    state = replace(
        state,
        numbers=state.numbers.copy(),
        counts=state.counts.copy(),
        hourly=state.hourly.copy(),
        seats=state.seats.copy(),
        seen=state.seen.copy(),
        reach=state.reach.copy(),
    )
    for _ in range(hours):
        state, hour = _advance(state, copy=False)
        yield hour


def finished(state: State) -> bool:
    """Whether nothing can change any more: the flight is over and every chat and parcel has come to its end."""
    return state.hour >= len(state.setting.layout.hours) and not state.courses


def glimpse(state: State) -> tuple[State, Hour]:
    """The hour that begins now as it will go if nobody does anything more. The state keeps its ended chats, for
    `prospect`; it is to look at and not to step on."""
    numbers, counts, hourly = state.numbers.copy(), state.counts.copy(), state.hourly.copy()
    copied = replace(state, numbers=numbers, counts=counts, hourly=hourly, reach=state.reach.copy())
    return _advance(copied, copy=True, keep=True)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a person who answers a customer at a second will meet: no part of it is known before."""

    patience_s: float
    writes_again: bool
    buys: bool
    order_micro: int
    units: int
    messages: int


def prospect(state: State, number: int, replied_s: float) -> Prospect | None:
    """Of a chat the state holds, were a person to answer it then."""
    course = state.courses.get(number)
    if course is None:
        return None
    v, key = state.setting.world, np.uint64(course.key)
    end, messages, _, micro, units = ch.future_of(key, True, False, course.chat.started_s, replied_s, v)
    return Prospect(
        patience_s=float(ch.patience_seconds(key, v)),
        writes_again=end not in (ch.SILENT, ch.RECOVERED),
        buys=end == ch.ORDERED,
        order_micro=int(micro),
        units=int(units),
        messages=int(messages),
    )


def _advance(state: State, *, copy: bool, keep: bool = False) -> tuple[State, Hour]:
    setting, h = state.setting, state.hour
    layout, v = setting.layout, setting.world
    flying = h < len(layout.hours)
    seats, seen, used = state.seats, state.seen, state.used
    delivered = np.zeros((len(layout.creatives), len(PLACEMENTS), ev.CELL_WIDTH), np.int64)
    new = np.zeros((64, ev.CHAT_WIDTH), np.int64)
    started = 0
    if flying:
        luck = np.uint64(setting.seed), DOMAINS[setting.domain], 0
        pc.open_hour(h, layout.hours, layout.stages, v, *luck, state.hourly, state.numbers, state.counts)
        if state.numbers[pc.PARTICIPATION] > 0.0:
            if copy:
                seats, seen = seats.copy(), seen.copy()
            stage = layout.stages[int(layout.hours[h, p.H_STAGE])]
            seats, seen, used, new, started = ev.run_hour(
                h, stage, v, *luck, state.numbers, state.counts, *setting.people, seats, seen, used, delivered, new
            )
        state.hourly[h] = started
    state.reach[0] += delivered[:, :, ev.REACH_NEW].sum()
    state.reach[1:] += delivered[:, :, ev.PLACEMENT_NEW].sum(axis=0)
    desk, courses, changed = converse(setting, state.desk, state.courses, h, new[:started], keep)
    after = replace(state, hour=h + 1, seats=seats, seen=seen, used=int(used), desk=desk, courses=courses)
    hour = Hour(
        hour=h,
        cells=_cells(layout, delivered),
        reach_total=int(state.reach[0]),
        reach_by_placement={name: int(state.reach[1 + PLACEMENTS.index(name)]) for name in layout.placements},
        chats=changed,
        learning=bool(state.numbers[pc.LEARNING]),
    )
    return after, hour


def _cells(layout: Layout, delivered: Ints) -> tuple[Cell, ...]:
    rows = []
    for c, creative in enumerate(layout.creatives):
        for name in layout.placements:
            row = [int(n) for n in delivered[c, PLACEMENTS.index(name)]]
            if row[ev.IMPRESSIONS]:
                rows.append(
                    Cell(
                        creative,
                        name,
                        row[ev.IMPRESSIONS],
                        row[ev.SPEND],
                        row[ev.CLICKS],
                        row[ev.EVERY_CLICK],
                        row[ev.CONVERSATIONS],
                        row[ev.REACH_NEW],
                    )
                )
    return tuple(rows)


def loads(data: bytes, scenario: Scenario, assumptions: Assumptions) -> State:
    """Raises BadState for other bytes, and for those another engine version wrote: replay from the start then."""
    try:
        with np.load(io.BytesIO(zlib.decompress(data)), allow_pickle=False) as packed:
            parts = {name: packed[name] for name in packed.files}
        version, domain, *creatives = (str(n) for n in parts["names"])
    except (zlib.error, ValueError, KeyError, OSError, EOFError) as error:
        raise BadState("not a state") from error
    if version != ENGINE_VERSION:
        raise BadState("written by another engine version")
    seed, drawn = (int(n) for n in parts["identity"])
    setting = Setting(scenario, assumptions, seed, domain, bool(drawn))
    layout = setting.layout
    if len(parts["hourly"]) != len(layout.hours) or set(creatives) - set(layout.creatives):
        raise BadState("of another scenario")
    hour, used, size = (int(n) for n in parts["hour"])
    seats, seen = seat_all(parts["seats"], _columns(parts["seen"], creatives, layout.creatives), size)
    return State(
        setting=setting,
        hour=hour,
        numbers=_renamed(parts["numbers"], creatives, layout.creatives),
        counts=parts["counts"],
        hourly=parts["hourly"],
        seats=seats,
        seen=seen,
        used=used,
        reach=parts["reach"],
        desk=DeskState.loads(parts["desk"].tobytes()),
        courses=unpack_courses(parts),
    )


def _columns(seen: NDArray[np.uint16], before: list[str], now: tuple[str, ...]) -> NDArray[np.uint16]:
    """Exposure counts under the creatives of the scenario now: a new one has not been seen yet."""
    wide = np.zeros((len(seen), 1 + len(now)), np.uint16)
    wide[:, 0] = seen[:, 0]
    for i, name in enumerate(before):
        wide[:, 1 + now.index(name)] = seen[:, 1 + i]
    return wide


def _renamed(numbers: Floats, before: list[str], now: tuple[str, ...]) -> Floats:
    moved = numbers.copy()
    for block in (pc.SHARES, pc.PULL):
        moved[block : block + p.MOST_CREATIVES] = 0.0
        for i, name in enumerate(before):
            moved[block + now.index(name)] = numbers[block + i]
    return moved
