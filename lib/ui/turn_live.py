"""The customers of a turn at this second of simulated time: the engine's look into the running hour."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlite_utils import Database

from lib.chats.transcript import Talk
from lib.launch import edits, turn_runs, turns
from lib.launch.launches import Launch
from lib.launch.sync import chat_context, synced_until
from lib.launch.turn_runs import TurnRuns
from lib.launch.turns import Live, Turn
from lib.money import micro_to_minor

if TYPE_CHECKING:
    from lib.market import exact

HOUR = 3600
_runs = TurnRuns()
_lock = threading.Lock()


@dataclass(frozen=True)
class Now:
    """`state` is None while the hours before are still being written."""

    second: int
    chats: tuple[Live, ...]
    state: "exact.State | None"


def read(db: Database, launch: Launch, turn: Turn, now: datetime) -> Now | None:
    """None when the launch's time is over."""
    here = edits.progress(db, launch.id, now)
    if here is None:
        return None
    hour = here.visible_hours
    if here.ended or synced_until(db, launch.id)[0] < hour:
        return Now(here.seconds, (), None)
    with _lock:
        seen, chats = _runs.glimpse(db, launch.id, turn.from_s // HOUR, hour)
    said = turns.said_of(db, launch.id)
    context = chat_context(db, launch)
    live = []
    for chat in chats:
        if chat.started_s > here.seconds or chat.started_s < turn.from_s:
            continue
        words = said.get(str(chat.id), ())
        answered = chat.replied_s is not None and chat.replied_s <= here.seconds
        left = chat.left_s is not None and chat.left_s <= here.seconds and not answered
        ordered = chat.ordered_s is not None and chat.ordered_s <= here.seconds
        live.append(
            Live(
                id=str(chat.id),
                name=Talk(context.facts, str(chat.person)).name,
                ad=chat.creative,
                placement=chat.placement,
                started_s=int(chat.started_s),
                replied_s=int(chat.replied_s) if answered and chat.replied_s is not None else None,
                left_s=int(chat.left_s) if left and chat.left_s is not None else None,
                ordered_s=int(chat.ordered_s) if ordered and chat.ordered_s is not None else None,
                total_minor=micro_to_minor(chat.order_micro, launch.currency) if ordered else 0,
                said=words,
            )
        )
    return Now(here.seconds, tuple(sorted(live, key=lambda c: c.started_s)), seen)


def desk_instead(db: Database, launch: Launch, turn: Turn, until_s: int) -> list[Live]:
    """The same customers with the simulated desk at work, up to the same second."""
    chats = turn_runs.without_turn(db, launch.id, turn.from_s // HOUR, until_s // HOUR)
    found = []
    for chat in chats:
        if not turn.from_s <= chat.started_s <= until_s:
            continue
        answered = chat.replied_s is not None and chat.replied_s <= until_s
        ordered = chat.ordered_s is not None and chat.ordered_s <= until_s
        found.append(
            Live(
                str(chat.id), "", chat.creative, chat.placement, int(chat.started_s),
                int(chat.replied_s) if answered and chat.replied_s is not None else None, None,
                int(chat.ordered_s) if ordered and chat.ordered_s is not None else None,
                micro_to_minor(chat.order_micro, launch.currency) if ordered else 0, (),
            )
        )  # fmt: skip
    return found


def scores(db: Database, launch: Launch, turn: Turn, seen: Now) -> dict[str, turns.Score]:
    return {"person": turns.tally(list(seen.chats)), "desk": turns.tally(desk_instead(db, launch, turn, seen.second))}
