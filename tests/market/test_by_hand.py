"""A person answers some of the customers: the rest of the world stays as it was."""

import pytest

from lib.market import exact
from lib.market.scenario import Edit
from tests.market.support import desk, load_assumptions, reference

HOURS = 40


def begin(*edits):
    """Nobody at the desk, so that only people answer."""
    return exact.start(reference(4, edits=(Edit(0, "desk", desk(0, 1)), *edits)), load_assumptions(), seed=11)


def chats(*edits):
    return {chat.id: chat for hour in exact.steps(begin(*edits), HOURS) for chat in hour.chats}


@pytest.fixture(scope="module")
def alone():
    found = chats()
    assert len(found) > 10
    return found


def patient(alone, seconds=60.0):
    """A chat that still waits so long after it began, and the moment of the hour."""
    for chat in alone.values():
        second = chat.started_s + seconds
        if (chat.left_s or 1e12) > second and second // 3600 == chat.started_s // 3600:
            yield chat, second


def test_an_answer_counts_from_its_second_and_touches_nobody_else(alone):
    chat, second = next(patient(alone))
    found = chats(Edit(int(second // 3600), "answer", (chat.id, second)))
    assert (found[chat.id].replied_s, found[chat.id].answered_by) == (second, "agent")
    assert found[chat.id].ordered_s is None
    assert {n: c for n, c in found.items() if n != chat.id} == {n: c for n, c in alone.items() if n != chat.id}


def test_who_has_left_can_not_be_answered(alone):
    chat = next(c for c in alone.values() if c.left_s and c.left_s // 3600 == c.started_s // 3600)
    late = chat.left_s + 1
    assert chats(Edit(int(late // 3600), "answer", (chat.id, late))) == alone


def test_a_sale_is_made_to_those_who_buy_and_to_nobody_else(alone):
    sold = 0
    for chat, second in list(patient(alone))[:8]:
        h = int(second // 3600)
        state = begin()
        while state.hour < h:
            state, _ = exact.step(state)
        seen, _ = exact.glimpse(state)
        ahead = exact.prospect(seen, chat.id, second)
        found = chats(Edit(h, "answer", (chat.id, second)), Edit(h + 1, "sell", (chat.id, (h + 1) * 3600.0 + 5)))[
            chat.id
        ]
        assert (found.ordered_s is not None) == ahead.buys
        if ahead.buys:
            assert (found.order_micro, found.units) == (ahead.order_micro, ahead.units)
            sold += 1
    assert sold


def test_looking_into_the_hour_changes_nothing():
    state = begin()
    for _ in range(20):
        _, seen = exact.glimpse(state)
        state, hour = exact.step(state)
        assert seen == hour


def test_a_chat_in_hand_survives_being_put_away(alone):
    chat, second = next((c, s) for c, s in patient(alone) if s // 3600 < 20)
    h = int(second // 3600)
    state = begin(Edit(h, "answer", (chat.id, second)))
    for _ in range(h + 1):
        state, _ = exact.step(state)
    back = exact.loads(state.dumps(), state.setting.scenario, state.setting.assumptions)
    assert back.courses == state.courses
    assert back.courses[chat.id].in_hand
