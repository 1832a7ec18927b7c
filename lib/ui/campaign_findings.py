"""What the charts of a campaign show, each in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.money import minor_to_micro
from lib.ui import format as f
from lib.ui.language import _, isolate, ngettext

ON_PACE = 0.1  # off by no more than this share of the plan so far
ENOUGH = 8  # chats before anything is said about hours
PARTS = {"night": (0, 6), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}


@dataclass(frozen=True)
class Band:
    """An 80 % band with its middle, in the measure's own unit."""

    low: float
    middle: float
    high: float

    def place(self, value: float) -> str:
        """below, inside or above; the ends belong to the band, as whole numbers do when it is narrow."""
        if value < int(self.low):
            return "below"
        return "above" if value > -int(-self.high // 1) else "inside"


def spend(spent_minor: int, planned_minor: int, currency: str) -> str:
    values = {"spent": isolate(_round(spent_minor, currency)), "planned": isolate(_round(planned_minor, currency))}
    if planned_minor <= 0:
        return _("Nothing is spent yet")
    share = spent_minor / planned_minor
    if share < 1 - ON_PACE:
        return _("Spending is behind: {spent}, planned were {planned} by now", **values)
    if share > 1 + ON_PACE:
        return _("Spending is ahead: {spent}, planned were {planned} by now", **values)
    return _("Spending is on pace: {spent}, planned were {planned} by now", **values)


def _round(minor: int, currency: str) -> str:
    return f.money_micro(minor_to_micro(minor, currency), currency)


def chats(actual: int, band: Band | None, *, over: bool) -> str:
    n = ngettext("{n} chat", "{n} chats", actual)
    if band is None:
        return _("{chats} so far", chats=n) if not over else _("{chats} in all", chats=n)
    values = {"chats": n, "band": isolate(f.count_band(band.low, band.high))}
    if over:
        return {
            "below": _("{chats}: fewer than the forecast of {band}", **values),
            "above": _("{chats}: more than the forecast of {band}", **values),
            "inside": _("{chats}: inside the forecast of {band}", **values),
        }[band.place(actual)]
    return {
        "below": _("{chats} so far, fewer than the forecast of {band} by now", **values),
        "above": _("{chats} so far, more than the forecast of {band} by now", **values),
        "inside": _("{chats} so far, inside the forecast of {band} by now", **values),
    }[band.place(actual)]


def hours(started: Sequence[int], lost: Sequence[int]) -> str:
    """Which part of the day loses most, of those that have enough chats to say so."""
    total = sum(started)
    if total < ENOUGH:
        return _("Too few chats yet to say which hours are busy")
    worst = max(PARTS, key=lambda part: _lost_share(part, started, lost))
    share = _lost_share(worst, started, lost)
    if share >= 0.15:
        return _WORST[worst](share)
    if not any(lost):
        return _("Everybody who wrote got an answer")
    busiest = max(range(24), key=lambda hour: started[hour])
    return _("Most people write at {hour}", hour=isolate(f"{busiest:02d}:00"))


def _lost_share(part: str, started: Sequence[int], lost: Sequence[int]) -> float:
    first, after = PARTS[part]
    n = sum(started[first:after])
    return sum(lost[first:after]) / n if n >= max(ENOUGH, 0.05 * sum(started)) else 0.0


def _of_ten(share: float) -> str:
    return f.count(max(1, min(10, round(10 * share))))


_WORST = {
    "night": lambda share: _("Nights lose {n} of 10 chats", n=_of_ten(share)),
    "morning": lambda share: _("Mornings lose {n} of 10 chats", n=_of_ten(share)),
    "afternoon": lambda share: _("Afternoons lose {n} of 10 chats", n=_of_ten(share)),
    "evening": lambda share: _("Evenings lose {n} of 10 chats", n=_of_ten(share)),
}


def score(inside: Sequence[str], below: Sequence[str], above: Sequence[str]) -> str:
    """The forecast against what happened, once the campaign is over; names are already in the reader's words."""
    n = len(inside) + len(below) + len(above)
    if not n:
        return _("There was no forecast to compare with")
    if len(inside) == n:
        return _("The forecast held: all of what it promised came out inside its bands")
    return _(
        "The forecast held for {inside} of {n}: the others came out outside their bands",
        inside=f.count(len(inside)),
        n=f.count(n),
    )
