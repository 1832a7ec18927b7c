"""A person at the desk of a simulated launch: begins, answers, ends, and is told how the desk would have done.

Everything a person does goes into the dated log, with what the customer answered, so that a replay gives the same.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from lib.chats import counter
from lib.chats.counter import Customer, Said
from lib.launch import clock, edits
from lib.launch.engine_run import SAY, said_in
from lib.launch.launches import Launch, NotNow, get_launch
from lib.launch.sync import chat_context
from lib.money import micro_to_minor
from lib.store import utc_text, write_tx

if TYPE_CHECKING:
    from lib.market import exact

SPEED = 60.0  # one second on the wall is one minute
SPEEDS = (30.0, 60.0, 120.0)
TYPING_S = 60  # what writing an answer takes, however long it took
TAP_S = 15  # what a prepared answer takes


@dataclass(frozen=True, slots=True)
class Turn:
    id: int
    launch_id: int
    person: str
    from_s: int
    until_s: int | None
    score: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Score:
    """One side of the comparison, over the customers who wrote during the turn."""

    chats: int
    answered: int
    median_s: float | None
    orders: int
    revenue_minor: int


@dataclass(frozen=True, slots=True)
class Live:
    """A chat of the turn at this moment."""

    id: str
    name: str
    ad: str
    placement: str
    started_s: int
    replied_s: int | None
    left_s: int | None
    ordered_s: int | None
    total_minor: int
    said: tuple[Said, ...]

    @property
    def standing(self) -> str:
        if self.ordered_s is not None:
            return "ordered"
        if self.replied_s is not None:
            return "replied"
        return "left" if self.left_s is not None else "waiting"


def running(db: Database, launch_id: int) -> Turn | None:
    return _one(db, "launch_id = ? AND until_s IS NULL", launch_id)


def last_finished(db: Database, launch_id: int) -> Turn | None:
    return _one(db, "launch_id = ? AND until_s IS NOT NULL", launch_id)


def _one(db: Database, where: str, *values: object) -> Turn | None:
    for r in db.query(f"SELECT * FROM turn_at_the_desk WHERE {where} ORDER BY id DESC LIMIT 1", list(values)):
        score = json.loads(r["score_json"]) if r["score_json"] else None
        return Turn(r["id"], r["launch_id"], r["person"], r["from_s"], r["until_s"], score)
    return None


def begin(db: Database, launch_id: int, *, person: str, now: datetime, speed: float = SPEED) -> Turn:
    """The simulated desk goes home, the clock slows down. Raises NotNow."""
    with write_tx(db):
        launch = get_launch(db, launch_id)
        here = edits.progress(db, launch_id, now)
        if launch.adapter != "simulated" or not launch.running or here is None or here.ended or here.seconds < 0:
            raise NotNow("turn", launch.state)
        if running(db, launch_id):
            raise NotNow("turn", "TAKEN")
        hour = edits.add_edit(db, launch_id, "desk", _nobody(db, launch), now)
        # what lies before the hour nobody has seen belongs to the desk
        end_s = here.end_hour * clock.HOUR
        clock.add_segment(db, launch_id, clock.with_jump(here.segments, now, end_s, hour * clock.HOUR))
        _set_speed(db, launch_id, speed, now)
        db.conn.execute(
            "INSERT INTO turn_at_the_desk (launch_id, person, from_s, began_utc) VALUES (?, ?, ?, ?)",
            [launch_id, person[:80], hour * clock.HOUR, utc_text(now)],
        )
    turn = running(db, launch_id)
    assert turn
    return turn


def _nobody(db: Database, launch: Launch) -> dict[str, Any]:
    return {"agents": [0] * 168, "chats_each": _desk(db, launch)["chats_each"], "bot_share": 0.0}


def _desk(db: Database, launch: Launch) -> dict[str, Any]:
    """The desk as it last was with people at it."""
    plan = launch.plan
    found = {"agents": list(plan.desk.agents), "chats_each": plan.desk.chats_each, "bot_share": plan.desk.bot_share}
    for edit in edits.edits_of(db, launch.id):
        if edit.kind == "desk" and any(edit.value["agents"]):
            found = edit.value
    return found


def _set_speed(db: Database, launch_id: int, speed: float, now: datetime) -> None:
    here = edits.progress(db, launch_id, now)
    if here and not here.ended:
        clock.add_segment(
            db, launch_id, clock.with_speed(here.segments, now, here.end_hour * clock.HOUR, speed)
        )  # fmt: skip


def hold(db: Database, launch_id: int, *, now: datetime) -> None:
    """The clock stands while somebody types."""
    with write_tx(db):
        here = edits.progress(db, launch_id, now)
        if running(db, launch_id) and here and clock.speed_of(here.segments) > 0:
            _set_speed(db, launch_id, 0, now)


def go_on(db: Database, launch_id: int, *, now: datetime, speed: float = SPEED) -> None:
    with write_tx(db):
        here = edits.progress(db, launch_id, now)
        if running(db, launch_id) and here and clock.speed_of(here.segments) != speed:
            _set_speed(db, launch_id, speed, now)


def say(
    db: Database, state: "exact.State", launch_id: int, chat_id: str, act: str, text: str, *, now: datetime
) -> Said | None:
    """Does what the person asked, at this second of simulated time; None when it can no longer be done.

    `state` is the launch's glimpse of the running hour. An answer written by hand and one prepared each take their
    fixed time, for which the clock moves on.
    """
    if act not in counter.ACTS:
        raise ValueError(act)
    with write_tx(db):
        here = edits.progress(db, launch_id, now)
        if running(db, launch_id) is None or here is None or here.ended:
            return None
        launch = get_launch(db, launch_id)
        before = said_of(db, launch_id).get(chat_id, ())
        second = here.seconds
        known = customer_of(state, chat_id, second, before, launch.currency)
        if known is None:
            return None
        context = chat_context(db, launch)
        words = text.strip()[:1000] if act == "text" else counter.wording(act, context.facts, chat_id, known)
        if not words:
            return None
        told = counter.answer(context.facts, chat_id, known, before, act, words, second)
        edits.add_edit(db, launch_id, SAY, {"chat": chat_id, **told.to_data()}, now)
        taken = TYPING_S if act == "text" else TAP_S
        # within the hour: an hour that begins meanwhile would be one that nobody looked into
        until = min(second + taken, (second // clock.HOUR + 1) * clock.HOUR - 1)
        clock.add_segment(
            db, launch_id, clock.with_jump(here.segments, now, here.end_hour * clock.HOUR, until)
        )  # fmt: skip
        return told


def customer_of(
    state: "exact.State", chat_id: str, second: int, before: tuple[Said, ...], currency: str
) -> Customer | None:
    """Who the person talks to, or would; None for one who is not there, or no longer."""
    from lib.market import exact

    course = state.courses.get(int(chat_id)) if chat_id.isdecimal() else None
    if course is None or course.chat.started_s > second:
        return None
    replied = before[0].second if before else second
    found = exact.prospect(state, int(chat_id), float(replied))
    if found is None or (not before and course.chat.started_s + found.patience_s <= second):
        return None
    total = micro_to_minor(found.order_micro, currency)
    return Customer(found.writes_again, found.buys, found.messages, total, found.units)


def said_of(db: Database, launch_id: int) -> Mapping[str, tuple[Said, ...]]:
    """Everything people said to customers of the launch, by chat."""
    return said_in(edits.edits_of(db, launch_id))


def finish(db: Database, launch_id: int, *, score: dict[str, Score], now: datetime) -> None:
    """The simulated desk comes back; the clock stands, so that the score can be read."""
    with write_tx(db):
        turn, launch = running(db, launch_id), get_launch(db, launch_id)
        here = edits.progress(db, launch_id, now)
        if turn is None or here is None:
            return
        if launch.running and not here.ended:
            edits.add_edit(db, launch_id, "desk", _desk(db, launch), now)
            _set_speed(db, launch_id, 0, now)
        data = {side: asdict(one) for side, one in score.items()}
        db.conn.execute(
            "UPDATE turn_at_the_desk SET until_s = ?, score_json = ? WHERE id = ?",
            [here.seconds, json.dumps(data), turn.id],
        )


def tally(chats: list[Live]) -> Score:
    waits = [c.replied_s - c.started_s for c in chats if c.replied_s is not None]
    orders = [c for c in chats if c.ordered_s is not None]
    return Score(
        chats=len(chats),
        answered=len(waits),
        median_s=float(median(waits)) if waits else None,
        orders=len(orders),
        revenue_minor=sum(c.total_minor for c in orders),
    )
