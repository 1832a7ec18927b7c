"""A simulated customer across the counter from a person: what the customer says to each thing the person does.

A pure function of who the customer is, what the engine has decided about them, and what was said so far.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.chats.transcript import Facts, Line, Talk

ACTS = (
    "welcome", "price", "available", "variants", "photo", "quality", "delivery_time", "delivery_fee", "area", 
    "discount", "exchange", "payment", "store", "gift", "item", "order", "payment_request", "goodbye", "text",
)  # fmt: skip
MISSES = 2  # so many answers to something else, and the customer goes
_ALSO = {
    "price": {"item", "discount", "delivery_fee"},
    "available": {"item", "variants", "welcome"},
    "variant": {"variants", "item", "photo"},
    "photo": {"item"},
    "quality": {"photo", "exchange"},
    "delivery_time": {"area"},
    "delivery_fee": {"price", "delivery_time"},
    "area": {"delivery_time", "delivery_fee"},
    "bargain": {"discount", "price"},
    "bargain_again": {"discount", "price"},
    "payment": {"payment_request"},
}
_WORDS = {
    "price": r"price|cost|\$|egp|usd|سعر|جنيه|بكام|ج\.م",
    "delivery_time": r"deliver|ship|day|arriv|توصيل|شحن|يوم|يوصل",
    "delivery_fee": r"included|free delivery|شامل|مجان",
    "available": r"available|in stock|yes|متوفر|موجود|متاح|أيوه|نعم",
    "variants": r"size|colou?r|مقاس|لون|ألوان|الاختيارات",
    "discount": r"discount|best price|offer|خصم|عرض|أفضل سعر",
    "exchange": r"return|exchange|replace|swap|استبدال|إرجاع|نبدل|مرتجع",
    "payment": r"\bpay|cash|card|دفع|كاش|فيزا|تحويل",
    "quality": r"quality|made of|material|جودة|خامة",
    "store": r"store|online only|visit|فرع|محل|أونلاين",
    "gift": r"wrap|gift|هدية|تغليف",
}


@dataclass(frozen=True, slots=True)
class Customer:
    """What the engine knows of somebody a person answers."""

    writes_again: bool
    buys: bool
    messages: int
    total_minor: int
    units: int


@dataclass(frozen=True, slots=True)
class Said:
    """A thing the person did, and what came of it, as the log keeps it. Seconds count from the plan's start."""

    second: int
    act: str
    text: str
    answers: tuple[Line, ...] = ()
    pending: str = ""  # what the customer wants now: a question, "order", "" for nothing, "gone"
    asked: int = 0
    misses: int = 0
    sells: bool = False  # the customer wanted it, and the person took the order

    def to_data(self) -> dict[str, Any]:
        lines = [[a.intent, a.text, a.second] for a in self.answers]
        return {"second": self.second, "act": self.act, "text": self.text, "answers": lines, "pending": self.pending,
                "asked": self.asked, "misses": self.misses, "sells": self.sells}  # fmt: skip

    @staticmethod
    def from_data(data: dict[str, Any]) -> "Said":
        lines = tuple(Line("customer", intent, text, second) for intent, text, second in data["answers"])
        return Said(data["second"], data["act"], data["text"], lines, data["pending"], data["asked"], data["misses"],
                    data["sells"])  # fmt: skip


def meaning(act: str, text: str) -> set[str]:
    """What the person's words answer; empty for free text that no word of is known."""
    if act != "text":
        return {act}
    return {known for known, words in _WORDS.items() if re.search(words, text, re.IGNORECASE)}


def wording(act: str, facts: Facts, chat_id: str, customer: Customer) -> str:
    """What a structured reply says: the facts in the shop's words."""
    talk = Talk(facts, chat_id, customer.total_minor, max(1, customer.units))
    intent = {"available": talk.answer_to("available"), "variants": talk.answer_to("variant"), "item": "price",
              "order": talk.summary()}.get(act, act)  # fmt: skip
    return talk.says("shop", intent)


def answer(
    facts: Facts, chat_id: str, customer: Customer, before: Sequence[Said], act: str, text: str, second: int
) -> Said:
    """What the person said, with what the customer makes of it."""
    talk = Talk(facts, chat_id, customer.total_minor, max(1, customer.units))
    last = before[-1] if before else Said(0, "", "")
    pause = 5 + int(35 * talk.luck(f"answer.{len(before)}"))

    def told(pending: str, *intents: str, asked: int = last.asked, misses: int = last.misses) -> Said:
        lines = tuple(
            Line("customer", intent, talk.says("customer", intent), second + pause + 12 * n)
            for n, intent in enumerate(intents)
        )
        return Said(second, act, text, lines, pending, asked, misses)

    if last.pending == "gone" or (before and not last.pending):
        return told(last.pending)
    if not before and not customer.writes_again:
        return told("")
    if last.pending == "order":
        sold = told("", "address", "thanks")
        return replace(sold, sells=True) if act == "order" else told("order", "ok")
    if before and not _answers(last.pending, meaning(act, text), act):
        if last.misses + 1 >= MISSES:
            return told("gone", "angry", misses=last.misses + 1)
        return told(last.pending, "annoyed", misses=last.misses + 1)
    return _next(talk, customer, last.asked, told)


def _next(talk: Talk, customer: Customer, asked: int, told: Any) -> Said:
    wanted = min(3, max(1, (customer.messages - 3) // 3))
    questions = [q for q in talk.questions() if q != "bargain_again"]
    if asked < wanted:
        question = questions[asked]
        return told(question, question if question == "bargain" else f"ask_{question}", asked=asked + 1)
    if customer.buys:
        return told("order", "order")
    return told("", talk.pick("parting", ("undecided", "too_expensive", "just_looking")))


def _answers(question: str, meant: set[str], act: str) -> bool:
    """Free text of unknown meaning counts as an answer: nobody is punished for words this program does not know."""
    if act == "text" and not meant:
        return True
    return bool(meant & ({question} | _ALSO.get(question, set())))


def script(chat_id: str, facts: Facts, prefilled: str, started_s: int, said: Sequence[Said]) -> list[Line]:
    """The whole conversation so far."""
    lines = [Line("customer", "first", prefilled or Talk(facts, chat_id).says("customer", "greeting"), started_s)]
    for one in said:
        lines.append(Line("person", one.act, one.text, one.second))
        lines += one.answers
    return lines
