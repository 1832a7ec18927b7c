"""Be the agent: the customers of a running campaign, a clock that gives one time to read, and a score at the end."""

import streamlit as st

from lib.catalog.shops import Shop
from lib.chats.counter import ACTS, Said
from lib.launch import edits, launches, turns
from lib.launch.launches import Launch, NotNow
from lib.launch.turns import Live, Score, Turn
from lib.store import open_database
from lib.ui import format as f
from lib.ui import html, shell, turn_live, turn_thread
from lib.ui.charts import plain
from lib.ui.components.live_text import live_text
from lib.ui.components.pressable import pressable
from lib.ui.language import N_, _, isolate, ngettext

ME = "owner"
TAPS = {
    "price": N_("Price"),
    "available": N_("In stock"),
    "variants": N_("Sizes and kinds"),
    "photo": N_("Photo"),
    "quality": N_("Quality"),
    "delivery_time": N_("How long delivery takes"),
    "delivery_fee": N_("What delivery costs"),
    "area": N_("We deliver there"),
    "discount": N_("Best price"),
    "exchange": N_("Returns"),
    "payment": N_("Ways to pay"),
    "store": N_("Where we are"),
    "gift": N_("Gift wrapping"),
    "item": N_("Send the product"),
    "payment_request": N_("Ask for payment"),
}
assert set(TAPS) < set(ACTS)


def playable(shop: Shop) -> Launch | None:
    """The campaign a person can answer for: simulated, running, with time left."""
    with open_database() as db:
        for launch in launches.list_launches(db, shop.id):
            here = edits.progress(db, launch.id, shell.now()) if launch.running else None
            if launch.adapter == "simulated" and here and not here.ended and here.seconds >= 0:
                return launch
    return None


def draw_invitation(launch: Launch) -> None:
    """Between turns: what it is, how the last one went, and the way in."""
    with open_database() as db:
        last = turns.last_finished(db, launch.id)
    if last and last.score:
        _draw_score(last, launch)
    with st.container(key="turn-invitation", horizontal=True, vertical_alignment="center"):
        text = _("Answer the customers of {name} yourself. The clock slows down to a minute a second and stands still "
                 "while you type; at the end you see how the simulated team would have done.",
                 name=isolate(launch.name))  # fmt: skip
        st.markdown(plain(text), width="stretch")
        st.button(_("Answer customers"), key="turn-begin", type="primary", on_click=_begin, args=(launch.id,))


def _begin(launch_id: int) -> None:
    try:
        with open_database() as db:
            turns.begin(db, launch_id, person=ME, now=shell.now())
    except NotNow:
        st.toast(_("This campaign cannot be answered right now."))


def running_turn(launch: Launch | None) -> Turn | None:
    if launch is None:
        return None
    with open_database() as db:
        return turns.running(db, launch.id)


def draw_turn(shop: Shop, launch: Launch, turn: Turn) -> None:
    st.fragment(_draw_desk, run_every="1s")(shop, launch, turn)


def _draw_desk(shop: Shop, launch: Launch, turn: Turn) -> None:
    with open_database() as db:
        if turns.running(db, launch.id) is None:
            st.rerun()
        seen = turn_live.read(db, launch, turn, shell.now())
    if seen is None:
        return
    if seen.state is None and not seen.chats:
        st.markdown(plain(_("The hour is being written down.")))
        return
    _draw_bar(launch, turn, seen)
    chosen = _chosen(seen.chats)
    side, talk = st.columns([5, 8], gap="medium")
    with side, st.container(key="chats-side"):
        _draw_waiting(seen, chosen, launch)
    with talk:
        if chosen is None:
            st.markdown(plain(_("Nobody has written yet. The next customer appears on the left.")))
        else:
            with st.container(key="chats-open" if st.session_state.get("turn-chat") else "turn-first"):
                _draw_talk(shop, launch, seen, chosen)


def _draw_bar(launch: Launch, turn: Turn, seen: turn_live.Now) -> None:
    score = turns.tally(list(seen.chats))
    waiting = sum(chat.standing == "waiting" for chat in seen.chats)
    with st.container(key="turn-bar", horizontal=True, vertical_alignment="center"):
        facts = [
            (ngettext("{n} person waits", "{n} people wait", waiting)),
            _("{answered} of {all} answered", answered=f.count(score.answered), all=f.count(score.chats)),
            _("first reply {time}", time=f.minutes(None if score.median_s is None else score.median_s / 60)),
            ngettext("{n} order", "{n} orders", score.orders),
        ]
        html.draw("turn_bar.html", clock=turn_thread.clock(launch, seen.second), facts=facts, note=_("simulated"))
        st.button(_("Finish and see the score"), key="turn-finish", on_click=_finish, args=(launch, turn))


def _finish(launch: Launch, turn: Turn) -> None:
    with open_database() as db:
        seen = turn_live.read(db, launch, turn, shell.now())
        if seen is None:
            return
        turns.finish(db, launch.id, score=turn_live.scores(db, launch, turn, seen), now=shell.now())
    st.session_state.pop("turn-chat", None)


def _chosen(chats: tuple[Live, ...]) -> Live | None:
    """Whom the person chose; else whoever waits longest."""
    asked = st.session_state.get("turn-chat")
    found = next((chat for chat in chats if chat.id == asked), None)
    return found or next((chat for chat in chats if chat.standing == "waiting"), chats[-1] if chats else None)


def _draw_waiting(seen: turn_live.Now, chosen: Live | None, launch: Launch) -> None:
    order = sorted(seen.chats, key=lambda chat: turn_thread.rank(chat, seen.second))
    rows = [turn_thread.listed(chat, seen.second, launch) for chat in order]
    markup = html.render(
        "chats_list.html", rows=rows, opened=chosen.id if chosen else "", label=_("Conversations"),
        nobody=_("Nobody has written yet. The next customer appears here."),
    )  # fmt: skip
    pressable(markup, key="turn-list", on_press=_choose, name="turn")


def _choose(chat_id: str) -> None:
    st.session_state["turn-chat"] = chat_id


def _draw_talk(shop: Shop, launch: Launch, seen: turn_live.Now, chat: Live) -> None:
    icon = ":material/arrow_forward:" if shell.is_rtl() else ":material/arrow_back:"
    st.button(_("All conversations"), key="chats-back", icon=icon, type="tertiary", on_click=_back)
    markup = turn_thread.markup(chat, seen.second, launch, shop)
    pressable(markup, key="turn-talk", name=chat.id, bottom=True)
    if chat.standing == "left" or (chat.said and chat.said[-1].pending == "gone"):
        st.caption(plain(_("This customer is gone.")))
        return
    with st.container(key="turn-taps", horizontal=True, gap="small"):
        for act, label in TAPS.items():
            st.button(_(label), key=f"turn-tap-{act}", on_click=_say, args=(launch, chat.id, act))
        st.button(_("Send the order"), key="turn-tap-order", type="primary", icon=":material/check:",
                  on_click=_say, args=(launch, chat.id, "order"))  # fmt: skip
    version = st.session_state.setdefault("turn-version", 0)
    with st.container(key="turn-write", horizontal=True, vertical_alignment="bottom"):
        note = _("The clock stands still while you type.")
        live_text(_("Your answer"), "", key=f"turn-text-{chat.id}", version=version, max_length=500,
                  note=note, on_change=lambda text: _typed(launch, text))  # fmt: skip
        st.button(_("Send"), key="turn-send", type="primary", on_click=_send, args=(launch, chat.id))


def _typed(launch: Launch, text: str) -> None:
    st.session_state["turn-draft"] = text
    with open_database() as db:
        (turns.hold if text.strip() else turns.go_on)(db, launch.id, now=shell.now())


def _send(launch: Launch, chat_id: str) -> None:
    text = st.session_state.pop("turn-draft", "")
    if text.strip():
        _say(launch, chat_id, "text", text)


def _say(launch: Launch, chat_id: str, act: str, text: str = "") -> None:
    st.session_state["turn-chat"] = chat_id
    with open_database() as db:
        turn = turns.running(db, launch.id)
        seen = turn_live.read(db, launch, turn, shell.now()) if turn else None
        if seen is None or seen.state is None:
            return
        told: Said | None = turns.say(db, seen.state, launch.id, chat_id, act, text, now=shell.now())
        turns.go_on(db, launch.id, now=shell.now())
    if told is None:
        st.toast(_("Too late: the customer has left."))
    st.session_state["turn-version"] = st.session_state.get("turn-version", 0) + 1


def _back() -> None:
    st.session_state.pop("turn-chat", None)


def _draw_score(turn: Turn, launch: Launch) -> None:
    sides = {side: Score(**data) for side, data in (turn.score or {}).items()}
    if set(sides) != {"person", "desk"}:
        return
    person, desk = sides["person"], sides["desk"]
    html.draw(
        "turn_score.html", verdict=turn_thread.verdict(person, desk), rows=turn_thread.score_rows(person, desk, launch),
        you=_("You"), team=_("The simulated team"), note=_("simulated, the same customers for both"),
    )  # fmt: skip
