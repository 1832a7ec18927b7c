"""Waits and standings of conversations as the list shows them: words, and a tone that is colour and shape."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import dates

from lib.chats.listing import Row
from lib.ui import format as f
from lib.ui.language import N_, _, current

LATE_S = 15 * 60
SLOW_S = 5 * 60

WHICH = {
    "all": N_("All"),
    "waiting": N_("Waiting"),
    "mine": N_("Mine"),
    "ordered": N_("Ordered"),
    "lost": N_("Lost while waiting"),
}
LABELS = {
    "follow_up": N_("Follow up"),
    "vip": N_("Regular customer"),
    "complaint": N_("Complaint"),
    "spam": N_("Spam"),
}
KINDS = {
    "image": N_("a picture"),
    "audio": N_("a voice message"),
    "video": N_("a video"),
    "document": N_("a document"),
    "sticker": N_("a sticker"),
    "location": N_("a place"),
    "contacts": N_("a contact"),
    "order": N_("an order from the catalog"),
    "reaction": N_("a reaction"),
    "unsupported": N_("something WhatsApp does not pass on"),
}


def tone_of(standing: str, wait_s: int) -> str:
    if standing != "waiting":
        return standing
    return "late" if wait_s >= LATE_S else "slow" if wait_s >= SLOW_S else "fresh"


def mark_of(row: Row) -> str:
    """How the conversation stands, in few words."""
    if row.standing == "ordered":
        return f.money(row.total_minor, row.currency) if row.total_minor is not None else _("ordered")
    wait = f.minutes(row.wait_s / 60)
    if row.standing == "waiting":
        return _("waits {time}", time=wait)
    if row.standing == "replied" and row.wait_s < 1:
        return _("answered at once")
    return _("left after {time}", time=wait) if row.standing == "left" else _("answered after {time}", time=wait)


def initial(name: str) -> str:
    return next((c.upper() for c in name if c.isalpha()), "•")


def clock(at: datetime, zone: str) -> str:
    return dates.format_time(at.astimezone(ZoneInfo(zone)), "HH:mm", locale=current())


def said(text: str, kind: str) -> str:
    """What a message says; of pictures and the like, what it is."""
    if text:
        return text
    return f"[{_(KINDS[kind])}]" if kind in KINDS else f"[{kind}]"
