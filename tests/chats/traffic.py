"""Made-up traffic whose outcome is known: who wrote what when, and what the tables must hold afterwards."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lib.chats.signature import sign

SECRET = "not-a-real-secret"
NUMBER = "972123456789"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RANK = ("sent", "delivered", "read", "played", "failed")


@dataclass
class Truth:
    """Per person the conversations, each a set of message ids with kind and direction; and what hangs on them."""

    threads: dict[int, list[dict]] = field(default_factory=lambda: defaultdict(list))
    names: dict[int, str] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    unknown: int = 0


@dataclass(frozen=True)
class Delivery:
    body: bytes
    signature: str
    genuine: bool


def traffic(count: int, seed: int, now: datetime = START) -> tuple[list[Delivery], Truth]:
    """About `count` events of people who write, click again, order and change numbers, plus statuses and news."""
    luck, truth, values = random.Random(seed), Truth(), []
    person = 0
    while sum(len(v) for v in values) < count:
        values.append(_life(luck, truth, person, now))
        person += 1
    events = [event for life in values for event in life]
    return [_delivery(event, luck) for event in events], truth


def _life(luck, truth, person, now):
    """One person's events: always the id that only the business knows or the number, sometimes both."""
    number, user = f"2010{person:08d}", f"EG.{person:012d}"
    both_at = luck.random() < 0.5
    at, events = now - timedelta(days=6) + timedelta(seconds=luck.randrange(3600)), []
    for visit in range(luck.choice((1, 1, 2, 3))):
        thread = {"messages": {}, "order": None, "clid": None}
        click = f"ARA{person}.{visit}" if visit or luck.random() < 0.7 else None
        for turn in range(luck.randint(1, 6)):
            wamid = f"wamid.{person}.{visit}.{turn}"
            at += timedelta(seconds=luck.randrange(1, 900))
            name = f"Person {person} {visit}.{turn}" if luck.random() < 0.6 else ""
            if turn and luck.random() < 0.4:
                message = {"to": number, "to_user_id": user, "id": wamid, "timestamp": _s(at), "type": "text"}
                events.append(("message_echoes", message | {"text": {"body": "Yes"}}, None))
                thread["messages"][wamid] = "out"
                events += _statuses(luck, truth, wamid, at)
                continue
            message = {"id": wamid, "timestamp": _s(at), **_content(luck, thread)}
            if click and turn == 0:
                message["referral"] = {"source_type": "ad", "source_id": f"ad{visit}", "ctwa_clid": click}
                thread["clid"] = click
            which = luck.choice(("number", "id", "both")) if both_at else "both"
            contact = {"profile": {"name": name} if name else {}}
            if which != "id":
                message["from"] = number
                contact["wa_id"] = number
            if which != "number":
                message["from_user_id"] = user
                contact["user_id"] = user
            events.append(("messages", message, contact))
            thread["messages"][wamid] = "in"
            if name:
                truth.names[person] = name
        truth.threads[person].append(thread)
        at += timedelta(hours=luck.choice((1, 80))) if click and visit == 0 else timedelta(hours=80)
    # one event that surely names both, so that the person can be told to be one
    last = {"id": f"wamid.{person}.both", "timestamp": _s(at), "type": "text", "text": {"body": "."}}
    both = {"from": number, "from_user_id": user}
    events.append(("messages", last | both, {"wa_id": number, "user_id": user, "profile": {}}))
    last_at = _at(events[-2], events)
    if at - last_at > timedelta(hours=72):
        truth.threads[person].append({"messages": {last["id"]: "in"}, "order": None, "clid": None})
    else:
        truth.threads[person][-1]["messages"][last["id"]] = "in"
    if luck.random() < 0.1:
        events.append(("oddities", {"what": f"news {person}"}, None))
        truth.unknown += 1
    return events


def _at(event, events):
    times = [int(e[1]["timestamp"]) for e in events[:-1] if e[0] in ("messages", "message_echoes")]
    return datetime.fromtimestamp(max(times), UTC)


def _content(luck, thread):
    if luck.random() < 0.15:
        lines = [(f"SKU{n}", luck.randint(1, 4), luck.choice((30, "12.50"))) for n in range(luck.randint(1, 3))]
        thread["order"] = sum(q * (3000 if p == 30 else 1250) for _, q, p in lines)
        keys = ("product_retailer_id", "quantity", "item_price")
        items = [dict(zip(keys, line, strict=True)) | {"currency": "EGP"} for line in lines]
        return {"type": "order", "order": {"catalog_id": "1", "product_items": items}}
    if luck.random() < 0.1:
        return {"type": "hologram", "hologram": {"depth": 3}}
    return {
        "type": "text",
        "text": {"body": luck.choice(("السلام عليكم", "how much?", "<script>alert(1)</script>", "👋"))},
    }


def _statuses(luck, truth, wamid, at):
    told = luck.sample(RANK[:3], luck.randint(1, 3)) + (["failed"] if luck.random() < 0.1 else [])
    truth.status[wamid] = max(told, key=RANK.index)
    return [("statuses", {"id": wamid, "status": s, "timestamp": _s(at), "recipient_id": "1"}, None) for s in told]


def _s(moment):
    return str(int(moment.timestamp()))


def _delivery(event, luck):
    kind, body, contact = event
    value = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": NUMBER}, kind: [body]}
    if contact is not None:
        value["contacts"] = [contact]
    field_name = kind if kind == "oddities" else "messages"
    entry = {"id": "1", "changes": [{"field": field_name, "value": value}]}
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}, ensure_ascii=luck.random() < 0.5)
    return Delivery(raw.encode(), sign(raw.encode(), SECRET), True)


def stirred(deliveries: list[Delivery], seed: int) -> list[Delivery]:
    """Each in one to five copies; a fifth forged and a twentieth garbage beside them; shuffled."""
    luck = random.Random(seed)
    sent = [d for d in deliveries for _ in range(luck.choice((1, 1, 1, 2, 3, 5)))]
    forged = [
        Delivery(
            d.body.replace(b"wamid.", b"wamid.forged."), luck.choice(("sha256=00", "", d.signature, "é" * 5)), False
        )
        for d in luck.choices(deliveries, k=len(deliveries) // 5)
    ]
    garbage = []
    for d in luck.choices(deliveries, k=max(1, len(deliveries) // 20)):
        body = luck.choice((d.body[: len(d.body) // 2], b"\xff\xfe", b"[]", b"{" * 500, b'{"entry": [{"changes": 7}]}'))
        garbage.append(Delivery(body + b" " * luck.randrange(40), "", True))
    garbage = [Delivery(g.body, sign(g.body, SECRET), True) for g in garbage]
    mixed = sent + [f for f in forged if b"forged" in f.body] + garbage
    luck.shuffle(mixed)
    return mixed


def held(db) -> dict:
    """What the tables hold, in the shape of `expected`."""
    threads = {}
    rows = db.query(
        "SELECT c.id, c.contact_id, r.ctwa_clid, o.total_minor FROM conversation c "
        "LEFT JOIN referral r ON r.conversation_id = c.id LEFT JOIN customer_order o ON o.conversation_id = c.id"
    )
    people = defaultdict(list)
    for row in list(rows):
        messages = db.execute("SELECT wamid, direction FROM message WHERE conversation_id = ?", [row["id"]]).fetchall()
        threads[row["id"]] = frozenset(messages), row["ctwa_clid"], row["total_minor"]
        people[row["contact_id"]].append(row["id"])
    names = {frozenset(threads[c] for c in own): db["contact"].get(k)["name"] for k, own in people.items()}
    status = dict(db.execute("SELECT wamid, status FROM message WHERE status <> ''").fetchall())
    return {"people": names, "status": status, "unknown": db["webhook_event"].count_where("kind = 'oddities'")}


def expected(truth: Truth) -> dict:
    people = {
        frozenset((frozenset(t["messages"].items()), t["clid"], t["order"]) for t in threads): truth.names.get(p, "")
        for p, threads in truth.threads.items()
    }
    return {"people": people, "status": truth.status, "unknown": truth.unknown}
