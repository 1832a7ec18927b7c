"""The people who wrote because of a campaign: how long they waited, what was said, what they bought."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st
from sqlite_utils import Database

from lib.ads.plan import Plan
from lib.chats.conversations import Conversation, Message, count_conversations, list_conversations, messages_of
from lib.store import open_database
from lib.ui import format as f
from lib.ui import html, words
from lib.ui.campaign_state import Situation
from lib.ui.charts import plain
from lib.ui.language import _, isolate

PER_PAGE = 12


@dataclass(frozen=True)
class Shown:
    """A conversation in the reader's words."""

    who: str
    when: str
    standing: str
    standing_words: str
    first_message: str
    reply: str
    by: str
    wait: str
    order: str
    source: str


def draw_people(situation: Situation) -> None:
    launch = situation.launch
    page_key = f"people-page-{launch.id}"
    page = int(st.session_state.get(page_key) or 1)
    with open_database() as db:
        total = count_conversations(db, launch_id=launch.id)
        chats = list_conversations(db, launch_id=launch.id, page=page, per_page=PER_PAGE)
        shown = [_shown(db, chat, situation.plan, situation.moment) for chat in chats]
    if not shown:
        st.markdown(plain(_("Nobody has written yet.")))
        return
    html.draw("people.html", chats=shown)
    if total > PER_PAGE:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(-(-total // PER_PAGE), key=page_key)


def _shown(db: Database, chat: Conversation, plan: Plan, now: datetime) -> Shown:
    reply = next((m for m in messages_of(db, chat.id) if m.direction == "out"), None)
    return Shown(
        who=_who(chat),
        when=f.moment(chat.started, plan.timezone),
        standing=chat.standing,
        standing_words=words.say(words.CHAT_STANDING, chat.standing),
        first_message=chat.first_message,
        reply=reply.text if reply else "",
        by=_by(reply),
        wait=_wait(chat, now),
        order=f.money(chat.order.total_minor, chat.order.currency) if chat.order else "",
        source=words.say(words.PLACEMENTS, chat.placement or ""),
    )


def _who(chat: Conversation) -> str:
    """Simulated customers have an identity and no name."""
    if chat.origin == "simulated":
        return _("Customer {n}", n=str(chat.id))
    return chat.contact


def _by(reply: Message | None) -> str:
    return words.say(words.ANSWERED_BY, reply.sender) if reply else ""


def _wait(chat: Conversation, now: datetime) -> str:
    if chat.standing == "left":
        return _("gave up after {wait}", wait=isolate(f.minutes((chat.wait_s or 0) / 60)))
    if chat.wait_s is None:
        return _("waiting for {wait}", wait=isolate(f.minutes(max(0.0, (now - chat.started).total_seconds() / 60))))
    if chat.wait_s == 0:
        return _("answered at once")
    return _("answered after {wait}", wait=isolate(f.minutes(chat.wait_s / 60)))
