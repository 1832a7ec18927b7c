"""The simulated platform's truth: event by event, hour by hour, each hour a pure function of what came before.

`step` never changes the state it is given. A state's bytes and the scenario it belongs to give the state back; a
scenario with later edits continues the same past.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.market import chats as ch
from lib.market import desk as dk
from lib.market import events as ev
from lib.market import pacing as pc
from lib.market import params as p
from lib.market.assumptions import PLACEMENTS, Assumptions
from lib.market.keys import DOMAINS
from lib.market.layout import Layout, lay_out
from lib.market.people import people_cells, seat_all
from lib.market.records import Cell, Chat, Course, Hour, is_over, pack_courses, seen_by, unpack_courses
from lib.market.scenario import CHAT_EDITS, Edit, Scenario
from lib.market.shifts import Chats, DeskState, Outcome, Roster, run_desk
from lib.market.version import ENGINE_VERSION, engine_version
from lib.market.world import DRAWN, MIDDLE, draw_world

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

HOUR = 3600
HELD = 24.0 * HOUR  # how long a chat stays in a person's hands: the service window
FIRST_SEATS = 1 << 12
_PLACE_BITS, _OPPORTUNITY_BITS = 3, 32


class BadState(ValueError):
    """The bytes are not a state of this engine version and scenario."""


@dataclass(frozen=True, eq=False)
class _Setting:
    """All that follows from (scenario, assumptions, seed, domain) alone."""

    scenario: Scenario
    assumptions: Assumptions
    seed: int
    domain: str
    drawn: bool

    @cached_property
    def layout(self) -> Layout:
        return lay_out(self.scenario, self.assumptions)

    @cached_property
    def world(self) -> Floats:
        v = self.layout.blank.copy()
        mode = DRAWN if self.drawn else MIDDLE
        layout = self.layout
        luck = np.uint64(self.seed), DOMAINS[self.domain], 0
        draw_world(layout.rows, layout.streams, layout.hours, layout.stages[0], *luck, mode, v)
        return v

    @cached_property
    def people(self) -> tuple[Floats, Ints]:
        return people_cells(self.world)

    @cached_property
    def roster(self) -> Roster:
        return Roster.of(self.layout.on_shift)

    @cached_property
    def chat_edits(self) -> dict[int, tuple[Edit, ...]]:
        found: dict[int, tuple[Edit, ...]] = {}
        for edit in self.scenario.edits:
            if edit.kind in CHAT_EDITS:
                found[edit.hour] = (*found.get(edit.hour, ()), edit)
        return found


@dataclass(frozen=True, eq=False)
class State:
    """Everything up to the start of `hour`."""

    setting: _Setting
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
    setting = _Setting(scenario, assumptions, seed, domain, drawn)
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
    desk, courses, changed = _converse(state, h, new[:started], keep)
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


def chat_id(hour: int, place: int, opportunity: int) -> int:
    """A chat's name, the same whatever else happens: below 2**53."""
    return ((hour << _PLACE_BITS | place) << _OPPORTUNITY_BITS) | opportunity


def _converse(state: State, h: int, new: Ints, keep: bool) -> tuple[DeskState, dict[int, Course], tuple[Chat, ...]]:
    """The hour of the chats: new ones come, people and the desk answer, orders and parcels arrive."""
    setting = state.setting
    courses, touched = dict(state.courses), {}
    came = _new_courses(setting, h, new)
    for course, _ in came:
        courses[course.chat.id] = course
        touched[course.chat.id] = True
    desk = _by_hand(state, h, courses, touched)
    came = [(course, luck) for course, luck in came if courses[course.chat.id].chat.replied_s is None]
    desk, outcome = _run_desk(setting, h, desk, came)
    for i in range(outcome.ids.size):
        number = int(outcome.ids[i])
        courses[number] = _decided(setting, courses[number], outcome, i)
        touched[number] = True
    end = (h + 1) * HOUR
    for number, course in list(courses.items()):
        courses[number], moved = seen_by(course, end)
        if moved:
            touched[number] = True
    changed = tuple(courses[number].chat for number in sorted(touched))
    for number in [n for n, c in courses.items() if is_over(c, end) and not keep]:
        del courses[number]
    return desk, courses, changed


def _new_courses(setting: _Setting, h: int, new: Ints) -> list[tuple[Course, Floats]]:
    """The hour's new chats in order of arrival, each with its row of ch.luck_of_new."""
    layout = setting.layout
    keys = new[:, ev.CHAT_KEY].astype(np.uint64)
    luck = np.zeros((len(new), 5))
    ch.luck_of_new(keys, setting.world, float(layout.bot_share[min(h, len(layout.bot_share) - 1)]), luck)
    courses = []
    for row, key, own in zip(new, keys, luck, strict=True):
        chat = Chat(
            id=chat_id(h, int(row[ev.CHAT_PLACEMENT]), int(row[ev.CHAT_OPPORTUNITY])),
            creative=layout.creatives[row[ev.CHAT_CREATIVE]],
            placement=PLACEMENTS[row[ev.CHAT_PLACEMENT]],
            person=int(row[ev.CHAT_PERSON]),
            started_s=HOUR * (h + float(own[0])),
            clicked=bool(row[ev.CHAT_CLICKED]),
            referral=not own[4],
        )
        courses.append((Course(chat, int(key)), own))
    return sorted(courses, key=lambda c: (c[0].chat.started_s, c[0].chat.id))


def _run_desk(
    setting: _Setting, h: int, desk: DeskState, came: list[tuple[Course, Floats]]
) -> tuple[DeskState, Outcome]:
    v, layout = setting.world, setting.layout
    at = min(h, len(layout.chats_each) - 1)
    luck = np.array([own for _, own in came]).reshape(-1, 5)
    chats = Chats.of(
        [c.chat.id for c, _ in came],
        [c.chat.started_s for c, _ in came],
        luck[:, 1],
        luck[:, 2],
        luck[:, 3] != 0.0,
    )
    return run_desk(
        desk,
        chats,
        setting.roster,
        until=float((h + 1) * HOUR),
        chats_each=int(layout.chats_each[at]),
        crowding=float(v[p.CROWDING]),
        bot_seconds=float(v[p.BOT_SECONDS]),
    )


def _decided(setting: _Setting, course: Course, outcome: Outcome, i: int) -> Course:
    """The chat once it is answered or lost: from here its future follows from its own luck."""
    if outcome.agent[i] == dk.NOBODY:
        chat = replace(course.chat, left_s=float(outcome.left[i]))
        return _with_future(setting, replace(course, chat=chat))
    by_bot = outcome.agent[i] == dk.BOT
    return _answered(setting, course, float(outcome.replied[i]), "bot" if by_bot else "agent")


def _answered(setting: _Setting, course: Course, second: float, by: str) -> Course:
    return _with_future(setting, replace(course, chat=replace(course.chat, replied_s=second, answered_by=by)))


def _with_future(setting: _Setting, course: Course) -> Course:
    chat = course.chat
    answered, replied = chat.replied_s is not None, chat.replied_s or 0.0
    by_bot = chat.answered_by == "bot"
    end, messages, second, micro, units = ch.future_of(
        np.uint64(course.key), answered, by_bot, chat.started_s, replied, setting.world
    )
    course = replace(course, chat=replace(chat, messages=messages))
    if end < ch.ORDERED:
        return course
    return _ordering(setting, course, second, micro, units, recovered=end == ch.RECOVERED)


def _ordering(setting: _Setting, course: Course, second: float, micro: int, units: int, *, recovered: bool) -> Course:
    fate, after = ch.parcel_of(np.uint64(course.key), setting.world)
    return replace(
        course,
        order_s=second,
        fate_s=second + after,
        order_micro=micro,
        units=units,
        fate=fate,
        recovered=recovered,
    )


def _by_hand(state: State, h: int, courses: dict[int, Course], touched: dict[int, bool]) -> DeskState:
    """What people did themselves. What can no longer be done is left undone."""
    desk = state.desk
    for edit in state.setting.chat_edits.get(h, ()):
        value: Any = edit.value
        number = value if edit.kind == "reply" else value[0]
        course = courses.get(number)
        if course is None:
            continue
        changed = _HANDS[edit.kind](state.setting, course, h, value)
        if changed is None:
            continue
        if course.chat.replied_s is None:
            desk = desk.without([number])
        courses[number] = changed
        touched[number] = True
    return desk


def _is_waiting(course: Course) -> bool:
    return course.chat.replied_s is None and course.chat.left_s is None


def _reply(setting: _Setting, course: Course, h: int, value: Any) -> Course | None:
    """At the start of the hour; the rest goes as the desk would do it."""
    now = float(h * HOUR)
    if course.chat.started_s > now:
        return None
    return _answered(setting, course, now, "agent") if _is_waiting(course) else course


def _order(setting: _Setting, course: Course, h: int, value: Any) -> Course | None:
    answered = _reply(setting, course, h, value)
    if answered is None or answered.chat.ordered_s is not None:
        return answered
    return _ordering(setting, answered, float(h * HOUR), value[1], value[2], recovered=False)


def _answer(setting: _Setting, course: Course, h: int, value: Any) -> Course | None:
    """At a second of the hour, if the customer still waits then; what follows is in the person's hands."""
    second = float(value[1])
    came, patience = course.chat.started_s, float(ch.patience_seconds(np.uint64(course.key), setting.world))
    in_time = came <= second < min(came + patience, (h + 1.0) * HOUR) and second >= h * HOUR
    if not _is_waiting(course) or not in_time:
        return None
    chat = replace(course.chat, replied_s=second, answered_by="agent", messages=2)
    return replace(course, chat=chat, held_until_s=second + HELD)


def _sell(setting: _Setting, course: Course, h: int, value: Any) -> Course | None:
    """The customer's own order, if that customer buys after the wait there was."""
    chat, second = course.chat, float(value[1])
    if not course.in_hand or chat.ordered_s is not None or second < (chat.replied_s or 0.0):
        return None
    key = np.uint64(course.key)
    end, _, _, micro, units = ch.future_of(key, True, False, chat.started_s, chat.replied_s or 0.0, setting.world)
    if end != ch.ORDERED:
        return None
    return _ordering(setting, course, second, int(micro), int(units), recovered=False)


_HANDS = {"reply": _reply, "order": _order, "answer": _answer, "sell": _sell}


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
    setting = _Setting(scenario, assumptions, seed, domain, bool(drawn))
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
