"""One conversation as WhatsApp shows it: the ad's card on top, then what was said, then what became of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from lib.chats.conversations import Conversation, Message, Referral
from lib.ui import chats_words as cw
from lib.ui import format as f
from lib.ui import html, words
from lib.ui.language import _

_FILE_NAME = re.compile(r"[\w-][\w.-]{0,199}", re.ASCII)


@dataclass(frozen=True)
class Part:
    """A bubble (in, out), a day, or a note of what happened."""

    kind: str
    text: str
    time: str = ""
    by: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Head:
    name: str
    initial: str
    under: str
    mark: str
    tone: str


@dataclass(frozen=True)
class Card:
    headline: str
    body: str
    picture: str
    from_ad: str


def markup(head: Head, card: Card | None, parts: list[Part], *, short: bool = False) -> str:
    return html.render("chats_thread.html", head=head, card=card, parts=parts, label=_("What was said"), short=short)


def card_of(referral: Referral | None) -> Card | None:
    if referral is None:
        return None
    return Card(referral.headline, referral.body, picture_address(referral.image_url), _("From your ad"))


def picture_address(name: str) -> str:
    """Where our own copy is; pictures elsewhere are not loaded."""
    return f"/pictures/{quote(name)}" if _FILE_NAME.fullmatch(name) and "." in name else ""


def parts_of(messages: tuple[Message, ...], chat: Conversation, zone: str, until: datetime) -> list[Part]:
    """What had been said and had happened by the moment `until`, in order."""
    happened = [(m.at, 0, m) for m in messages if m.at <= until]
    notes = [(at, 1, text) for at, text in _notes(chat) if at <= until]
    parts: list[Part] = []
    day = None
    for at, _rank, what in sorted([*happened, *notes], key=lambda x: (x[0], x[1])):
        local = at.astimezone(ZoneInfo(zone)).date()
        if local != day:
            day = local
            parts.append(Part("day", f.long_day(local)))
        parts.append(bubble(what, zone) if isinstance(what, Message) else Part("order", str(what)))
    return parts


def bubble(message: Message, zone: str) -> Part:
    by = words.say(words.ANSWERED_BY, message.sender) if message.direction == "out" else ""
    return Part(message.direction, cw.said(message.text, message.kind), cw.clock(message.at, zone), by)


def _notes(chat: Conversation) -> Iterator[tuple[datetime, str]]:
    if chat.left is not None and chat.replied is None:
        yield chat.left, _("The customer left without an answer.")
    if chat.order is None:
        return
    total = f.money(chat.order.total_minor, chat.order.currency)
    yield chat.order.ordered, _("Order: {total}", total=total)
    if chat.order.delivered:
        yield chat.order.delivered, _("The parcel was delivered.")
    if chat.order.refused:
        yield chat.order.refused, _("The parcel was refused at the door.")
    if chat.order.returned:
        yield chat.order.returned, _("The parcel was sent back.")
