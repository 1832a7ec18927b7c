"""Chats of the exact engine: each hour new ones come, people and the desk answer, orders and parcels arrive."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.market import chats as ch
from lib.market import desk as dk
from lib.market import events as ev
from lib.market import params as p
from lib.market.assumptions import PLACEMENTS
from lib.market.records import Chat, Course, is_over, seen_by
from lib.market.setting import Setting
from lib.market.shifts import Chats, DeskState, Outcome, run_desk

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOUR = 3600
HELD = 24.0 * HOUR  # how long a chat stays in a person's hands: the service window
_PLACE_BITS, _OPPORTUNITY_BITS = 3, 32


def chat_id(hour: int, place: int, opportunity: int) -> int:
    """A chat's name, the same whatever else happens: below 2**53."""
    return ((hour << _PLACE_BITS | place) << _OPPORTUNITY_BITS) | opportunity


def converse(
    setting: Setting, desk: DeskState, courses: dict[int, Course], h: int, new: Ints, keep: bool
) -> tuple[DeskState, dict[int, Course], tuple[Chat, ...]]:
    """The hour of the chats: new ones come, people and the desk answer, orders and parcels arrive."""
    courses, touched = dict(courses), {}
    came = _new_courses(setting, h, new)
    for course, _ in came:
        courses[course.chat.id] = course
        touched[course.chat.id] = True
    desk = _by_hand(setting, desk, h, courses, touched)
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


def _new_courses(setting: Setting, h: int, new: Ints) -> list[tuple[Course, Floats]]:
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
    setting: Setting, h: int, desk: DeskState, came: list[tuple[Course, Floats]]
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


def _decided(setting: Setting, course: Course, outcome: Outcome, i: int) -> Course:
    """The chat once it is answered or lost: from here its future follows from its own luck."""
    if outcome.agent[i] == dk.NOBODY:
        chat = replace(course.chat, left_s=float(outcome.left[i]))
        return _with_future(setting, replace(course, chat=chat))
    by_bot = outcome.agent[i] == dk.BOT
    return _answered(setting, course, float(outcome.replied[i]), "bot" if by_bot else "agent")


def _answered(setting: Setting, course: Course, second: float, by: str) -> Course:
    return _with_future(setting, replace(course, chat=replace(course.chat, replied_s=second, answered_by=by)))


def _with_future(setting: Setting, course: Course) -> Course:
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


def _ordering(setting: Setting, course: Course, second: float, micro: int, units: int, *, recovered: bool) -> Course:
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


def _by_hand(
    setting: Setting, desk: DeskState, h: int, courses: dict[int, Course], touched: dict[int, bool]
) -> DeskState:
    """What people did themselves. What can no longer be done is left undone."""
    for edit in setting.chat_edits.get(h, ()):
        value: Any = edit.value
        number = value if edit.kind == "reply" else value[0]
        course = courses.get(number)
        if course is None:
            continue
        changed = _HANDS[edit.kind](setting, course, h, value)
        if changed is None:
            continue
        if course.chat.replied_s is None:
            desk = desk.without([number])
        courses[number] = changed
        touched[number] = True
    return desk


def _is_waiting(course: Course) -> bool:
    return course.chat.replied_s is None and course.chat.left_s is None


def _reply(setting: Setting, course: Course, h: int, value: Any) -> Course | None:
    """At the start of the hour; the rest goes as the desk would do it."""
    now = float(h * HOUR)
    if course.chat.started_s > now:
        return None
    return _answered(setting, course, now, "agent") if _is_waiting(course) else course


def _order(setting: Setting, course: Course, h: int, value: Any) -> Course | None:
    answered = _reply(setting, course, h, value)
    if answered is None or answered.chat.ordered_s is not None:
        return answered
    return _ordering(setting, answered, float(h * HOUR), value[1], value[2], recovered=False)


def _answer(setting: Setting, course: Course, h: int, value: Any) -> Course | None:
    """At a second of the hour, if the customer still waits then; what follows is in the person's hands."""
    second = float(value[1])
    came, patience = course.chat.started_s, float(ch.patience_seconds(np.uint64(course.key), setting.world))
    in_time = came <= second < min(came + patience, (h + 1.0) * HOUR) and second >= h * HOUR
    if not _is_waiting(course) or not in_time:
        return None
    chat = replace(course.chat, replied_s=second, answered_by="agent", messages=2)
    return replace(course, chat=chat, held_until_s=second + HELD)


def _sell(setting: Setting, course: Course, h: int, value: Any) -> Course | None:
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
