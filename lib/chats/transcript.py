"""What a simulated customer and the shop wrote to each other: a pure function of the chat's record and its identity.

What is written once stays: a chat that has moved on gets lines behind those it had. Facts in the lines are the
catalog's and the order's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from lib.chats.lines import Library, library
from lib.money import format_money

FIRST_IMPATIENCE_S = 9 * 60
LATE_S = 12 * 60
ANGRY_AFTER_S = 25 * 60
_QUESTIONS = (
    "price", "available", "variant", "photo", "quality", "delivery_time", "delivery_fee", "area", "bargain",
    "bargain_again", "exchange", "payment", "store", "gift",
)  # fmt: skip
_LATIN_SHARE = 0.28
_WRONG_NUMBER_SHARE = 0.06


class Record(Protocol):
    """The parts of lib.chats.recording.ChatRecord that a transcript follows from."""

    id: str
    started_s: int
    replied_s: int | None
    answered_by: str | None
    left_s: int | None
    messages: int
    ordered_s: int | None
    units: int
    recovered: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of the shop and the item, in the words and numbers the lines use."""

    language: str
    currency: str
    shop: str
    title: str
    price_minor: int | None = None
    variants: tuple[str, ...] = ()
    available: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """`intent` is what the line means; `second` counts from the plan's start."""

    sender: Literal["customer", "desk", "bot", "person"]
    intent: str
    text: str
    second: int


@dataclass(frozen=True)
class Talk:
    """How one customer writes: the wordings are chosen once and for all by who the customer is."""

    facts: Facts
    chat_id: str
    total_minor: int | None = None
    units: int = 1
    _seen: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> int:
        from lib.market.keys import identity_of  # compiled code: a worker for real ads does without it

        return int(self.chat_id) if self.chat_id.isdecimal() and len(self.chat_id) < 19 else identity_of(self.chat_id)

    @property
    def lines(self) -> Library:
        return library(self.facts.language)

    def luck(self, purpose: str) -> float:
        from lib.market.keys import draw64, identity_of

        return int(draw64(self.key, identity_of(purpose))) / 2**64

    def pick(self, purpose: str, choices: Sequence[str]) -> str:
        return choices[int(self.luck(purpose) * len(choices))]

    def says(self, side: Literal["customer", "shop"], intent: str) -> str:
        """A wording of the intent; asked again, the next one."""
        wordings = self.lines.customer if side == "customer" else self.lines.shop
        if side == "customer" and self.luck("script") < _LATIN_SHARE:
            wordings = {**wordings, **self.lines.latin}
        choices = wordings[intent]
        turn = self._seen.get(intent, 0)
        self._seen[intent] = turn + 1
        return choices[(int(self.luck(f"{side}.{intent}") * len(choices)) + turn) % len(choices)].format(
            **self._values()
        )

    def _values(self) -> dict[str, object]:
        facts = self.facts
        price = "" if facts.price_minor is None else self._money(facts.price_minor)
        return {
            "title": facts.title,
            "shop": facts.shop,
            "price": price,
            "variant": self.pick("variant", facts.variants) if facts.variants else facts.title,
            "variants": _listed(facts.variants, facts.language),
            "quantity": self.units,
            "total": "" if self.total_minor is None else self._money(self.total_minor),
            "area": self.pick("area", self.lines.areas),
            "address": self.pick("address", self.lines.addresses),
        }

    def _money(self, minor: int) -> str:
        return format_money(minor, self.facts.currency, self.facts.language)

    def questions(self) -> list[str]:
        """What this customer asks, in order. What the item has nothing to say to is not asked."""
        asked = [q for q in _QUESTIONS if q != "bargain_again" and (q != "price" or self.facts.price_minor is not None)]
        asked.sort(key=lambda q: self.luck(f"order.{q}") * (0.35 if q in ("price", "available", "delivery_fee") else 1))
        at = asked.index("bargain") + 1
        return [*asked[:at], "bargain_again", *asked[at:]]

    def answer_to(self, question: str) -> str:
        """The intent of a true answer."""
        if question == "available":
            return "available" if self.facts.available else "unavailable"
        if question == "variant":
            return "variants" if self.facts.variants else "one_kind"
        if question == "price" and self.facts.price_minor is None:
            return "patience"
        return {"bargain": "discount", "bargain_again": "discount"}.get(question, question)

    def summary(self) -> str:
        exact = self.facts.price_minor is not None and self.total_minor == self.units * self.facts.price_minor
        return "summary" if exact else "summary_more"

    @property
    def name(self) -> str:
        return self.pick("name", self.lines.names)


def _listed(variants: Sequence[str], language: str) -> str:
    return ("، " if language == "ar" else ", ").join(variants[:8])


def write(record: Record, facts: Facts, total_minor: int, prefilled: str) -> list[Line]:
    """All lines of a chat answered by the desk or a bot, or by nobody, as far as its record is known."""
    talk = Talk(facts, record.id, total_minor if record.ordered_s is not None else None, max(1, record.units))
    lines = [Line("customer", "first", prefilled or talk.says("customer", "greeting"), record.started_s)]
    wait_end = record.replied_s if record.replied_s is not None else record.left_s
    if wait_end is not None:
        lines += _waiting(talk, record, wait_end)
    if record.replied_s is not None:
        lines += _answered(talk, record, lines)
    elif record.ordered_s is not None:
        lines += _after_reminder(talk, record, "desk")
    return lines


def _waiting(talk: Talk, record: Record, until: int) -> list[Line]:
    """What a customer writes into the silence. Who is answered writes no more than the record counts."""
    waited, lines = until - record.started_s, []
    if waited > FIRST_IMPATIENCE_S and (record.replied_s is None or record.messages > 3):
        second = record.started_s + int(waited * (0.45 + 0.4 * talk.luck("impatience")))
        lines.append(Line("customer", "impatient", talk.says("customer", "impatient"), second))
    if record.left_s is not None and waited > ANGRY_AFTER_S and talk.luck("angry") < 0.5:
        lines.append(Line("customer", "angry", talk.says("customer", "angry"), until))
    return lines


def _answered(talk: Talk, record: Record, before: Sequence[Line]) -> list[Line]:
    replied = record.replied_s or 0
    sender = record.answered_by if record.answered_by in ("bot", "person") else "desk"
    late = replied - record.started_s > LATE_S
    first = "bot_welcome" if sender == "bot" else "sorry_late" if late else "welcome"
    if first == "bot_welcome" and talk.facts.price_minor is None:
        first = "welcome"
    opening = [Line(sender, first, talk.says("shop", first), replied)]
    left = record.messages - len(before) - 1
    if record.ordered_s is None and not record.over:
        return opening  # the rest is written once it is known how it ends
    if record.ordered_s is not None and record.recovered:
        return opening + _after_reminder(talk, record, sender)
    steps = _steps(talk, record, max(left, 2 if record.ordered_s is not None else 0))
    return opening + _timed(talk, steps, sender, replied, record.ordered_s)


Step = tuple[Literal["customer", "shop"], str]


def _steps(talk: Talk, record: Record, left: int) -> list[Step]:
    """Exactly `left` turns after the first answer, ending as the record says."""
    ending = _ordering(talk, left) if record.ordered_s is not None else _parting(talk, left)
    middle: list[Step] = []
    for question in talk.questions():
        if left - len(ending) - len(middle) < 2:
            break
        middle += [("customer", f"ask_{question}" if not question.startswith("bargain") else question),
                   ("shop", talk.answer_to(question))]  # fmt: skip
    while left - len(ending) - len(middle) >= 2:
        middle += [("customer", "ok"), ("shop", "patience")]
    if left - len(ending) - len(middle) == 1:
        middle.append(("customer", "ok"))
    return middle + ending


def _ordering(talk: Talk, left: int) -> list[Step]:
    whole: list[Step] = [
        ("customer", "order"), ("shop", "ask_address"), ("customer", "address"), ("customer", "pay_cash"),
        ("shop", talk.summary()), ("customer", "thanks"),
    ]  # fmt: skip
    return {2: [whole[0], whole[4]], 3: [whole[0], whole[2], whole[4]], 4: [*whole[:3], whole[4]],
            5: [*whole[:3], whole[4], whole[5]]}.get(left, whole)  # fmt: skip


def _parting(talk: Talk, left: int) -> list[Step]:
    if left <= 0:
        return []
    if left <= 3 and talk.luck("wrong") < _WRONG_NUMBER_SHARE * 3:
        whole: list[Step] = [("customer", "wrong_number"), ("shop", "wrong_number_ok")]
    else:
        whole = [
            ("customer", talk.pick("parting", ("undecided", "too_expensive", "just_looking"))),
            ("shop", "goodbye"),
        ]
    return whole[:left]


def _timed(talk: Talk, steps: Sequence[Step], sender: str, after: int, ordered: int | None) -> list[Line]:
    """Turns in their natural pace, squeezed where the order came sooner; the order's confirmation at its moment."""
    lines, second = [], float(after)
    confirmed = next((i for i, (_, intent) in enumerate(steps) if intent.startswith("summary")), len(steps))
    paces = [
        (25 if side == "customer" else 45) * (0.4 + 2.2 * talk.luck(f"pace.{i}")) for i, (side, _) in enumerate(steps)
    ]
    scale = 1.0
    if ordered is not None:
        scale = max(0.0, ordered - after) / (sum(paces[: confirmed + 1]) or 1.0)
    for i, (side, intent) in enumerate(steps):
        second += paces[i] * (scale if i <= confirmed else 1.0)
        at = ordered if i == confirmed and ordered is not None else int(second)
        lines.append(Line("customer" if side == "customer" else sender, intent, talk.says(side, intent), at))  # type: ignore[arg-type]
    return lines


def _after_reminder(talk: Talk, record: Record, sender: Literal["desk", "bot", "person"] | str) -> list[Line]:
    ordered = record.ordered_s or 0
    steps: list[Step] = [
        ("shop", "reminder"),
        ("customer", "come_back"),
        ("customer", "address"),
        ("shop", talk.summary()),
    ]
    seconds = [ordered - 900, ordered - 400, ordered - 200, ordered]
    by = "desk" if sender == "bot" else sender
    return [
        Line("customer" if side == "customer" else by, intent, talk.says(side, intent), second)  # type: ignore[arg-type]
        for (side, intent), second in zip(steps, seconds, strict=True)
    ]
