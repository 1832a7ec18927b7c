"""A turn's customers, conversation and score in the reader's words."""

from dataclasses import dataclass
from datetime import timedelta

from lib.catalog.shops import Shop
from lib.chats import counter
from lib.chats.conversations import Message
from lib.launch.launches import Launch
from lib.launch.turns import Live, Score
from lib.ui import chats_thread as ct
from lib.ui import chats_words as cw
from lib.ui import format as f
from lib.ui.chats_moments import start_of
from lib.ui.language import _

ORDER = {"waiting": 0, "asks": 1, "replied": 2, "ordered": 3, "left": 4}


@dataclass(frozen=True)
class Listed:
    id: str
    name: str
    initial: str
    said: str
    mark: str
    tone: str
    when: str


@dataclass(frozen=True)
class Compared:
    name: str
    you: str
    team: str


def clock(launch: Launch, second: int) -> str:
    return f.moment(start_of(launch) + timedelta(seconds=second), launch.plan.timezone)


def asks_since(chat: Live, second: int) -> int | None:
    """The second since when an answered customer waits for the next answer; None while nobody asks."""
    if not chat.said or chat.said[-1].pending in ("", "gone"):
        return None
    last = chat.said[-1].answers[-1].second if chat.said[-1].answers else chat.said[-1].second
    return last if last <= second else None


def rank(chat: Live, second: int) -> tuple[int, int]:
    asks = asks_since(chat, second)
    return ORDER["asks" if asks is not None else chat.standing], chat.started_s


def listed(chat: Live, second: int, launch: Launch) -> Listed:
    lines = [line for line in _lines(chat, launch) if line.second <= second]
    asks = asks_since(chat, second)
    wait = (second if chat.standing == "waiting" else chat.left_s or chat.replied_s or second) - chat.started_s
    if asks is not None:
        mark, tone = _("asks, {time}", time=f.minutes((second - asks) / 60)), cw.tone_of("waiting", second - asks)
    else:
        mark, tone = _mark(chat, wait, launch), cw.tone_of(chat.standing, wait)
    return Listed(chat.id, chat.name, cw.initial(chat.name), lines[-1].text if lines else "", mark, tone,
                  cw.clock(start_of(launch) + timedelta(seconds=chat.started_s), launch.plan.timezone))  # fmt: skip


def _mark(chat: Live, wait: int, launch: Launch) -> str:
    if chat.standing == "ordered":
        return f.money(chat.total_minor, launch.currency)
    time = f.minutes(wait / 60)
    if chat.standing == "waiting":
        return _("waits {time}", time=time)
    return _("left after {time}", time=time) if chat.standing == "left" else _("answered after {time}", time=time)


def _lines(chat: Live, launch: Launch):
    facts = counter.Facts(launch.plan.language, launch.currency, launch.plan.shop_name, launch.plan.offer.title)
    return counter.script(chat.id, facts, launch.plan.welcome.prefilled, chat.started_s, chat.said)


def markup(chat: Live, second: int, launch: Launch, shop: Shop) -> str:
    row = listed(chat, second, launch)
    head = ct.Head(chat.name, row.initial, _("simulated"), row.mark, row.tone)
    creative = next((c for c in launch.plan.creatives if c.name == chat.ad), launch.plan.creatives[0])
    picture = ct.picture_address(creative.picture)
    card = ct.Card(creative.headline, creative.primary_text, picture, _("From your ad"))
    parts = []
    for line in _lines(chat, launch):
        if line.second > second:
            continue
        at = start_of(launch) + timedelta(seconds=line.second)
        outward = line.sender != "customer"
        shown = picture if line.intent in ("photo", "item") and outward else ""
        message = Message("out" if outward else "in", line.sender, "text", line.text, at, "", "simulated")
        bubble = ct.bubble(message, shop.timezone)
        parts.append(ct.Part(bubble.kind, bubble.text, bubble.time, bubble.by, shown))
    if chat.left_s is not None:
        parts.append(ct.Part("note", _("The customer left without an answer.")))
    if chat.ordered_s is not None:
        parts.append(ct.Part("order", _("Order: {total}", total=f.money(chat.total_minor, launch.currency))))
    return ct.markup(head, card, parts, short=True)


def verdict(person: Score, desk: Score) -> str:
    """The finding in words; money first, then the speed."""
    if person.chats == 0:
        return _("Nobody wrote while you were there.")
    if person.orders != desk.orders:
        if person.orders > desk.orders:
            return _("You sold more than the simulated team.")
        return _("The simulated team would have sold more.")
    if person.answered != desk.answered:
        if person.answered > desk.answered:
            return _("You answered more customers than the simulated team.")
        return _("The simulated team would have answered more customers.")
    return _("You did as well as the simulated team.")


def score_rows(person: Score, desk: Score, launch: Launch) -> list[Compared]:
    def minutes(score: Score) -> str:
        return f.minutes(None if score.median_s is None else score.median_s / 60)

    def sold(score: Score) -> str:
        return f.money(score.revenue_minor, launch.currency)

    return [
        Compared(_("Customers who wrote"), f.count(person.chats), f.count(desk.chats)),
        Compared(_("Answered"), f.count(person.answered), f.count(desk.answered)),
        Compared(_("First reply, half of them within"), minutes(person), minutes(desk)),
        Compared(_("Orders"), f.count(person.orders), f.count(desk.orders)),
        Compared(_("Sold for"), sold(person), sold(desk)),
    ]  # fmt: skip
