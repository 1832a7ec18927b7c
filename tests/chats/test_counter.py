from lib.chats.counter import ACTS, Customer, Said, answer, meaning, script, wording
from tests.chats.test_transcript import FACTS

BUYER = Customer(writes_again=True, buys=True, messages=8, total_minor=12_900, units=1)
ANSWERS = {"variant": "variants", "bargain": "discount"}


def talk(customer, reply, turns=12, chat="12345"):
    said = ()
    for n in range(turns):
        pending = said[-1].pending if said else ""
        if said and not pending:
            break
        said = (*said, answer(FACTS["en"], chat, customer, said, reply(pending), "hm", 100 + 60 * n))
    return said


def well(pending):
    return "welcome" if not pending else ANSWERS.get(pending, pending)


def test_who_buys_does_so_once_every_question_is_answered():
    for chat in range(50):
        said = talk(BUYER, well, chat=str(chat))
        assert sum(one.sells for one in said) == 1
        assert [line.intent for line in said[-1].answers] == ["address", "thanks"]


def test_who_does_not_buy_is_not_sold_to():
    looker = Customer(True, False, 8, 0, 1)
    for chat in range(50):
        said = talk(looker, lambda pending: "order" if pending == "order" else well(pending), chat=str(chat))
        assert not any(one.sells for one in said)


def test_who_never_writes_again_stays_silent():
    said = talk(Customer(False, False, 2, 0, 1), well)
    assert [one.answers for one in said] == [()]


def test_two_answers_to_something_else_and_the_customer_goes():
    said = talk(BUYER, lambda pending: "goodbye")
    assert said[-1].pending == "gone"
    assert said[-1].misses == 2
    assert not any(one.sells for one in said)


def test_free_text_counts_by_its_words_and_unknown_words_count_as_an_answer():
    assert meaning("text", "Delivery is included") >= {"delivery_fee", "delivery_time"}
    assert "price" in meaning("text", "السعر 185 جنيه")
    first = answer(FACTS["en"], "12345", BUYER, (), "text", "blorp", 100)
    second = answer(FACTS["en"], "12345", BUYER, (first,), "text", "zzz", 200)
    assert second.misses == 0


def test_what_was_said_survives_the_log():
    said = talk(BUYER, well)
    assert tuple(Said.from_data(one.to_data()) for one in said) == said


def test_prepared_answers_tell_the_catalogs_facts():
    assert "$129" in wording("price", FACTS["en"], "1", BUYER)
    assert "EU 40" in wording("variants", FACTS["en"], "1", BUYER)
    assert all(wording(act, FACTS[language], "1", BUYER) for act in ACTS if act != "text" for language in FACTS)


def test_the_conversation_is_what_was_said_in_order():
    lines = script("12345", FACTS["en"], "Hello", 50, talk(BUYER, well))
    assert lines[0].text == "Hello"
    assert [line.second for line in lines] == sorted(line.second for line in lines)
