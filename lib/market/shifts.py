"""Who is on shift when, and a desk that is run hour by hour: the Python side of `lib.market.desk`."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.market.desk import HOUR, NEVER, WAITING, serve

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_AGENTS, MOST_CHATS = 1_000, 100
WEEK = 168


class BadDesk(ValueError):
    """A number of people, chats, hours or seconds that no desk can have."""


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Agents on shift in each hour of a scenario, with the look-ups the kernel needs.

    `next_on[i, h]`: the first hour from h on in which agent i is on shift (the number of hours if none).
    `off_at[i, h]`: the second at which the shift that agent i is on in hour h ends; the hour's own start if off.
    """

    on_shift: Ints
    next_on: Ints
    off_at: Floats
    alike: bool

    @classmethod
    def of(cls, agents_by_hour: Iterable[int]) -> "Roster":
        on_shift = np.fromiter(agents_by_hour, np.int64)
        if on_shift.size == 0 or on_shift.min() < 0 or on_shift.max() > MOST_AGENTS:
            raise BadDesk(f"0 to {MOST_AGENTS} agents in one hour or more")
        on = np.arange(on_shift.max())[:, None] < on_shift[None, :]
        return cls(on_shift, _next_hour(on), _next_hour(~on) * HOUR, bool(on_shift.min() == on_shift.max()))

    @classmethod
    def weekly(cls, agents: Sequence[int], weekday: Sequence[int], hour_of_day: Sequence[int]) -> "Roster":
        """From agents by local hour of the week (Monday 00:00 first) and the calendar of the scenario's hours."""
        if len(agents) != WEEK:
            raise BadDesk(f"{WEEK} hours of the week, not {len(agents)}")
        return cls.of(agents[day * 24 + hour] for day, hour in zip(weekday, hour_of_day, strict=True))

    @property
    def agents(self) -> int:
        return int(self.next_on.shape[0])


def _next_hour(wanted: Flags) -> Ints:
    """For each row and hour the first hour from it on in which `wanted` holds, else the number of hours."""
    hours = wanted.shape[1]
    found = np.where(wanted, np.arange(hours), hours)
    return np.ascontiguousarray(np.minimum.accumulate(found[:, ::-1], axis=1)[:, ::-1]).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Chats:
    """Chats in order of arrival, with their draws: seconds, all of them. `ids` is theirs to be known by."""

    ids: Ints
    arrival: Floats
    patience: Floats
    handle: Floats
    bot: Flags

    @classmethod
    def none(cls) -> "Chats":
        return cls.of([], [], [], [], [])

    @classmethod
    def of(
        cls,
        ids: Sequence[int] | Ints,
        arrival: Sequence[float] | Floats,
        patience: Sequence[float] | Floats,
        handle: Sequence[float] | Floats,
        bot: Sequence[bool] | Flags,
    ) -> "Chats":
        """Raises BadDesk when times are not finite, negative or out of order, or lengths differ."""
        times = [np.ascontiguousarray(seconds, np.float64) for seconds in (arrival, patience, handle)]
        chats = cls(np.ascontiguousarray(ids, np.int64), *times, np.ascontiguousarray(bot, np.bool_))
        if len({chats.ids.size, chats.bot.size, *(seconds.size for seconds in times)}) != 1:
            raise BadDesk("one id, arrival, patience, handle time and bot flag a chat")
        if any(not np.all(np.isfinite(seconds) & (seconds >= 0)) for seconds in times):
            raise BadDesk("seconds must be finite and not negative")
        if np.any(np.diff(chats.arrival) < 0):
            raise BadDesk("chats must stand in order of arrival")
        return chats

    def __len__(self) -> int:
        return int(self.ids.size)

    def where(self, kept: Flags) -> "Chats":
        return Chats(self.ids[kept], self.arrival[kept], self.patience[kept], self.handle[kept], self.bot[kept])

    def then(self, later: "Chats") -> "Chats":
        joined = (np.concatenate([getattr(self, name), getattr(later, name)]) for name in self.__slots__)
        return Chats(*joined)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of chats: agent is a number, BOT or NOBODY; seconds are infinite for what never happened."""

    ids: Ints
    arrival: Floats
    replied: Floats
    left: Floats
    agent: Ints
    ended: Floats


@dataclass(frozen=True, slots=True, eq=False)
class DeskState:
    """A desk between two hours: when each slot falls free, and who is waiting."""

    time: float
    free: Floats
    queue: Chats

    @classmethod
    def opened(cls) -> "DeskState":
        return cls(0.0, np.zeros((0, 1)), Chats.none())

    def with_room(self, agents: int, chats_each: int) -> "DeskState":
        """As many rows and columns as asked for, or more: chats held are never forgotten when a limit falls."""
        rows, columns = self.free.shape
        free = np.zeros((max(agents, rows), max(chats_each, columns)))
        free[:rows, free.shape[1] - columns :] = self.free
        return replace(self, free=free)

    def without(self, ids: Iterable[int]) -> "DeskState":
        """The same desk when somebody else has taken these chats out of the queue."""
        return replace(self, queue=self.queue.where(~np.isin(self.queue.ids, list(ids))))

    def dumps(self) -> bytes:
        q = self.queue
        head = struct.pack("<dqqq", self.time, *self.free.shape, len(q))
        arrays = (self.free, q.ids, q.arrival, q.patience, q.handle, q.bot.astype(np.int8))
        return head + b"".join(a.astype(a.dtype.newbyteorder("<")).tobytes() for a in arrays)

    @classmethod
    def loads(cls, data: bytes) -> "DeskState":
        time, rows, columns, count = struct.unpack_from("<dqqq", data)
        at = struct.calcsize("<dqqq")
        parts = []
        for code, size in (("<f8", rows * columns), ("<i8", count), *[("<f8", count)] * 3, ("<i1", count)):
            parts.append(np.frombuffer(data, code, size, at))
            at += parts[-1].nbytes
        free, ids, arrival, patience, handle, bot = parts
        return cls(time, free.reshape(rows, columns).astype(np.float64), Chats.of(ids, arrival, patience, handle, bot))


def run_desk(
    state: DeskState,
    came: Chats,
    roster: Roster,
    *,
    until: float,
    chats_each: int,
    crowding: float,
    bot_seconds: float,
) -> tuple[DeskState, Outcome]:
    """The desk on to second `until`, with the chats that came meanwhile; infinity runs until all is decided.

    Running in any steps gives the same bits as running at once. Raises BadDesk.
    """
    if not 1 <= chats_each <= MOST_CHATS or not 0 <= crowding <= 100 or not 0 <= bot_seconds < NEVER:
        raise BadDesk(f"chats_each={chats_each} crowding={crowding} bot_seconds={bot_seconds}")
    if not until >= state.time or (len(came) and came.arrival[0] < state.time):
        raise BadDesk("time does not run backwards")
    state = state.with_room(roster.agents, chats_each)
    chats = state.queue.then(came)
    free = state.free.copy()
    agent = np.full(len(chats), WAITING)
    replied, left, ended = np.empty((3, len(chats)))
    next_on, off_at = _padded(roster, free.shape[0])
    serve(
        chats.arrival, chats.patience, chats.handle, chats.bot, len(chats), state.time, float(until), roster.on_shift,
        next_on, off_at, int(chats_each), float(crowding), float(bot_seconds), free, replied, left, agent, ended,
    )  # fmt: skip
    done = agent != WAITING
    outcome = Outcome(chats.ids[done], chats.arrival[done], replied[done], left[done], agent[done], ended[done])
    return DeskState(float(until), free, chats.where(~done)), outcome


def _padded(roster: Roster, agents: int) -> tuple[Ints, Floats]:
    """The roster's look-ups for a desk that once had more agents than are on it now."""
    missing = agents - roster.agents
    if missing == 0:
        return roster.next_on, roster.off_at
    hours = roster.on_shift.size
    off = np.broadcast_to(np.arange(hours) * HOUR, (missing, hours))
    return (
        np.concatenate([roster.next_on, np.full((missing, hours), hours)]),
        np.concatenate([roster.off_at, off]),
    )
