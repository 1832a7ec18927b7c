import random
import re
from dataclasses import replace

import pytest

from lib.chats.lines import LANGUAGES, library
from lib.chats.recording import ChatRecord
from lib.chats.transcript import Facts, Talk, write

FACTS = {
    "en": Facts("en", "USD", "Larkmere", "Hiking boot", 12_900, ("EU 40", "EU 41"), True),
    "ar": Facts("ar", "EGP", "نوّارة", "عسل برسيم", 18_500, ("250 جم", "500 جم"), True),
}
NEW = ChatRecord(id="7", ad="A", placement="facebook_feed", person="42", started_s=600)


def chats(seed=1, count=400):
    luck = random.Random(seed)
    for n in range(count):
        chat = replace(NEW, id=str(luck.getrandbits(50)), started_s=n * 100)
        wait = luck.choice((5, 60, 600, 1200, 4000))
        fate = luck.choice(("waiting", "left", "silent", "undecided", "ordered", "recovered", "pending"))
        if fate == "left":
            chat = replace(chat, left_s=chat.started_s + wait)
        elif fate == "recovered":
            chat = replace(
                chat, left_s=chat.started_s + wait, ordered_s=chat.started_s + 80_000, units=1, recovered=True
            )
        elif fate != "waiting":
            by = luck.choice(("desk", "bot"))
            messages = 2 if fate == "silent" else luck.randint(3, 60)
            chat = replace(chat, replied_s=chat.started_s + wait, answered_by=by, messages=messages,
                           over=fate in ("silent", "undecided"))  # fmt: skip
            if fate == "ordered":
                chat = replace(chat, ordered_s=chat.replied_s + luck.choice((30, 900, 9000)), units=luck.randint(1, 3))
        yield fate, chat


def lines(chat, language="en"):
    return write(chat, FACTS[language], chat.units * FACTS[language].price_minor, "Is it available?")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_library_has_many_ways_to_say_each_of_many_things(language):
    lib = library(language)
    for side in (lib.customer, lib.shop):
        assert len(side) >= 25
        assert all(len(set(wordings)) >= 6 for wordings in side.values())
    assert set(lib.latin) <= set(lib.customer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_has_only_facts_the_program_knows(language):
    lib = library(language)
    known = {"title", "shop", "price", "variant", "variants", "quantity", "total", "area", "address"}
    for wordings in (*lib.customer.values(), *lib.latin.values(), *lib.shop.values()):
        for line in wordings:
            assert set(re.findall(r"{(\w*)}", line)) <= known, line


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chat_has_the_lines_its_record_counts_in_the_order_they_were_said(language):
    for fate, chat in chats():
        said = lines(chat, language)
        assert [line.second for line in said] == sorted(line.second for line in said)
        assert said[0].text == "Is it available?"
        if fate in ("silent", "undecided"):
            assert len(said) == chat.messages
        if fate in ("ordered", "recovered"):
            assert any(line.second == chat.ordered_s and line.intent.startswith("summary") for line in said)
        assert "{" not in "".join(line.text for line in said)


def test_what_was_written_stays_when_more_is_known():
    for _, chat in chats(seed=2):
        if chat.replied_s is None or chat.ordered_s is None:
            continue
        whole = lines(chat)
        before = [
            replace(chat, replied_s=None, ordered_s=None, answered_by=None, messages=1),
            replace(chat, ordered_s=None),
        ]
        for stage in before:
            assert lines(stage) == whole[: len(lines(stage))]


def test_the_same_chat_is_written_the_same_and_others_differ():
    found = list(chats(seed=3))
    assert [lines(c) for _, c in found] == [lines(c) for _, c in found]
    openings = {lines(c)[1].text for fate, c in found if fate in ("ordered", "undecided")}
    assert len(openings) >= 12


def test_prices_variants_and_totals_are_the_catalogs():
    for language, facts in FACTS.items():
        price = Talk(facts, "1")._money(facts.price_minor)
        for _, chat in chats(seed=4):
            for line in lines(chat, language):
                if line.intent == "price":
                    assert price in line.text
                if line.intent == "variants":
                    assert all(v in line.text for v in facts.variants)
                if line.intent == "summary":
                    assert Talk(facts, "1")._money(chat.units * facts.price_minor) in line.text


def test_a_total_that_is_not_so_many_times_the_price_is_not_called_so():
    chat = replace(NEW, replied_s=700, answered_by="desk", messages=6, ordered_s=2000, units=2)
    assert "summary_more" in {line.intent for line in write(chat, FACTS["en"], 31_000, "")}
    assert "summary" in {line.intent for line in write(chat, FACTS["en"], 25_800, "")}


def test_an_item_that_is_gone_is_not_called_available():
    gone = replace(FACTS["en"], available=False)
    talk = Talk(gone, "1")
    assert talk.answer_to("available") == "unavailable"


def test_some_customers_of_the_egyptian_shop_write_in_latin_letters():
    customers = [[x.text for x in lines(c, "ar")[1:] if x.sender == "customer"] for _, c in chats(seed=5)]
    latin = sum(any(re.search("[a-z]{3}", t) for t in said) for said in customers)
    arabic = sum(any(re.search("[ء-ي]", t) for t in said) for said in customers)
    assert 0 < latin < arabic
