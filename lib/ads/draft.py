"""An ad being written.

A draft may be wrong in every way a form can be wrong: it only promises types, and `lib.ads.checks` says what is
wrong. A plan (`lib.ads.plan`) is a draft that passed.
"""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from lib.catalog.model import Frozen

Text = Annotated[str, StringConstraints(max_length=20_000)]
Word = Annotated[str, StringConstraints(max_length=200)]
Language = Literal["ar", "en"]


class Focus(Frozen):
    """The point of the picture that must stay in sight when it is cropped, in percent from the left and the top."""

    placement: Word
    x: int = Field(50, ge=0, le=100)
    y: int = Field(50, ge=0, le=100)


class Creative(Frozen):
    """`picture` names a stored file; empty while only `picture_url` is known."""

    name: Word
    primary_text: Text
    headline: Text
    description: Text = ""
    picture: Word = ""
    picture_url: Text = ""
    focus: tuple[Focus, ...] = ()

    def focus_at(self, placement: str) -> tuple[int, int]:
        """Where to look in this placement's crop; the middle unless somebody moved it."""
        return next(((f.x, f.y) for f in self.focus if f.placement == placement), (50, 50))


class Audience(Frozen):
    """`age_max` 65 means 65 and older. With `advantage` the platform may look beyond these people."""

    countries: tuple[Word, ...]
    age_min: int = 18
    age_max: int = 65
    genders: tuple[Word, ...] = ("female", "male")
    advantage: bool = False


class Budget(Frozen):
    """In minor units of the draft's currency: per day, or for the whole run."""

    kind: Literal["daily", "lifetime"] = "daily"
    amount_minor: int


class Bid(Frozen):
    kind: Literal["none", "bid_cap", "cost_cap"] = "none"
    amount_minor: int = 0


class Schedule(Frozen):
    """Days of the shop's own calendar, both included."""

    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def hours(self, timezone: str, now: datetime) -> tuple[int, int]:
        """First hour and the hour after the last, in hours since the Unix epoch, UTC.

        A run that begins today begins with the next full hour. Raises for an unknown zone or a day beyond 9998.
        """
        zone = ZoneInfo(timezone)
        first = first_hour(self.first_day, zone)
        after = first_hour(date.fromordinal(self.last_day.toordinal() + 1), zone)
        if now.astimezone(zone).date() == self.first_day:
            first = max(first, hour_at_or_after(now))
        return first, after


class Welcome(Frozen):
    """What the customer meets in the chat. The platform opens it either with a message already typed or with
    questions to tap, never both; the other stays here for a change of mind."""

    greeting: Text
    prefilled: Text
    ice_breakers: tuple[Text, ...] = ()
    opening: Literal["message", "questions"] = "message"


class Draft(Frozen):
    id: Word = ""
    shop_id: Word
    retailer_id: Word
    name: Text
    language: Language
    currency: Word
    creatives: tuple[Creative, ...]
    audience: Audience
    budget: Budget
    schedule: Schedule
    placements: tuple[Word, ...]
    welcome: Welcome
    objective: Word = "OUTCOME_ENGAGEMENT"
    optimization_goal: Word = "CONVERSATIONS"
    billing_event: Word = "IMPRESSIONS"
    bid: Bid = Bid()
    special_ad_categories: tuple[Word, ...] = ()
    dsa_beneficiary: Text = ""
    dsa_payor: Text = ""


def hour_at_or_after(moment: datetime) -> int:
    return -int(-moment.astimezone(UTC).timestamp() // 3600)


def first_hour(day: date, zone: ZoneInfo) -> int:
    """First full UTC hour that lies in the local day (midnight may not exist, or lie on a half hour)."""
    return hour_at_or_after(datetime.combine(day, time(), zone))
