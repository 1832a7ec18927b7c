"""What the exact engine hands out: an hour's delivery and chats as plain values, and a chat's course to its end."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from lib.market import chats as ch


class Cell(NamedTuple):
    """One creative on one placement in one hour. reach_new: people whom the campaign had never reached before."""

    creative: str
    placement: str
    impressions: int
    spend_micro: int
    clicks: int
    all_clicks: int
    conversations: int
    reach_new: int


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation as it stands at the end of an hour; seconds count from the scenario's start.

    What has not happened yet is None. answered_by is "agent" or "bot"; a chat a person answered by hand is "agent" too.
    referral is False where the ad's mark was lost on the way.
    """

    id: int
    creative: str
    placement: str
    person: int
    started_s: float
    clicked: bool
    referral: bool
    replied_s: float | None = None
    answered_by: str | None = None
    left_s: float | None = None
    messages: int = 1
    ordered_s: float | None = None
    order_micro: int = 0
    units: int = 0
    delivered: bool | None = None
    delivered_s: float | None = None
    returned: bool = False
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class Hour:
    """What became visible in an hour; chats are those new or changed in it."""

    hour: int
    cells: tuple[Cell, ...]
    reach_total: int
    reach_by_placement: dict[str, int]
    chats: tuple[Chat, ...]
    learning: bool


@dataclass(frozen=True, slots=True)
class Course:
    """Where a chat is going: its record so far, its luck, and what is already decided about it."""

    chat: Chat
    key: int
    order_s: float = np.inf
    fate_s: float = np.inf
    order_micro: int = 0
    units: int = 0
    fate: int = ch.NO_ORDER
    recovered: bool = False
    held_until_s: float = -np.inf  # in the hands of a person until then: no order comes by itself

    @property
    def in_hand(self) -> bool:
        return self.held_until_s > -np.inf


def seen_by(course: Course, end: float) -> tuple[Course, bool]:
    """The chat with what has happened before `end`."""
    chat, moved = course.chat, False
    if chat.ordered_s is None and course.order_s < end:
        chat = replace(
            chat,
            ordered_s=course.order_s,
            order_micro=course.order_micro,
            units=course.units,
            recovered=course.recovered,
        )
        moved = True
    if chat.delivered is None and course.fate_s < end:
        chat = replace(
            chat,
            delivered=course.fate == ch.DELIVERED,
            returned=course.fate == ch.RETURNED,
            delivered_s=course.fate_s,
        )
        moved = True
    return (replace(course, chat=chat), True) if moved else (course, False)


def is_over(course: Course, end: float = np.inf) -> bool:
    """Whether nothing can change any more after `end`."""
    chat = course.chat
    if course.held_until_s > end:
        return False
    if chat.replied_s is None and chat.left_s is None:
        return False
    return course.order_s == np.inf or chat.delivered is not None


_SECONDS = (
    "started_s",
    "replied_s",
    "left_s",
    "ordered_s",
    "delivered_s",
)


def pack_courses(courses: dict[int, Course]) -> dict[str, Any]:
    rows = list(courses.values())
    chats = [c.chat for c in rows]
    seconds = [[np.nan if (t := getattr(x, n)) is None else t for n in _SECONDS] for x in chats]
    return {
        "chat_ids": np.array([c.id for c in chats], np.int64),
        "chat_people": np.array([c.person for c in chats], np.int64),
        "chat_keys": np.array([c.key for c in rows], np.uint64),
        "chat_seconds": np.array(seconds, np.float64).reshape(-1, len(_SECONDS)),
        "chat_names": np.array([[c.creative, c.placement, c.answered_by or ""] for c in chats], np.str_).reshape(-1, 3),
        "chat_flags": np.array(
            [
                [c.clicked, c.referral, -1 if c.delivered is None else c.delivered, c.returned, c.recovered]
                for c in chats
            ],
            np.int64,
        ).reshape(-1, 5),
        "chat_counts": np.array([[c.messages, c.order_micro, c.units] for c in chats], np.int64).reshape(-1, 3),
        "course_held": np.array([c.held_until_s for c in rows], np.float64),
        "course_seconds": np.array([[c.order_s, c.fate_s] for c in rows], np.float64).reshape(-1, 2),
        "course_counts": np.array([[c.order_micro, c.units, c.fate, c.recovered] for c in rows], np.int64).reshape(
            -1, 4
        ),
    }


def _three_way(known: bool | None) -> int:
    return -1 if known is None else int(known)


def unpack_courses(data: dict[str, Any]) -> dict[int, Course]:
    courses = {}
    for i, number in enumerate(data["chat_ids"]):
        seconds = {
            name: None if np.isnan(t) else float(t) for name, t in zip(_SECONDS, data["chat_seconds"][i], strict=True)
        }
        creative, placement, by = (str(n) for n in data["chat_names"][i])
        clicked, referral, delivered, returned, recovered = (int(n) for n in data["chat_flags"][i])
        messages, micro, units = (int(n) for n in data["chat_counts"][i])
        chat = Chat(
            id=int(number),
            creative=creative,
            placement=placement,
            person=int(data["chat_people"][i]),
            clicked=bool(clicked),
            referral=bool(referral),
            answered_by=by or None,
            messages=messages,
            order_micro=micro,
            units=units,
            delivered=None if delivered < 0 else bool(delivered),
            returned=bool(returned),
            recovered=bool(recovered),
            **seconds,  # type: ignore[arg-type]
        )
        order_s, fate_s = (float(t) for t in data["course_seconds"][i])
        order_micro, order_units, fate, late = (int(n) for n in data["course_counts"][i])
        held = float(data["course_held"][i]) if "course_held" in data else -np.inf
        courses[int(number)] = Course(
            chat, int(data["chat_keys"][i]), order_s, fate_s, order_micro, order_units, fate, bool(late), held
        )
    return courses
