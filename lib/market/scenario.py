"""What is simulated: a plan, the desk behind it, and the dated edits made on the way. Plain values only."""

from dataclasses import dataclass, field
from typing import Literal

HOURS_OF_WEEK = 168

EditKind = Literal[
    "budget",  # value: Budget
    "bid",  # value: Bid
    "creatives",  # value: tuple[Creative, ...], the whole new set
    "placements",  # value: tuple[str, ...], the whole new set
    "desk",  # value: Desk
    "pause",  # value: None
    "resume",  # value: None
    "reply",  # value: int, the id of a waiting chat a person answers
    "order",  # value: tuple[int, int, int]: chat id, amount in micro, units; a person books an order
    "answer",  # value: tuple[int, float]: chat id, second within the hour; a person answers and keeps the chat in hand
    "sell",  # value: tuple[int, float]: chat id, second; a person closes the sale of a chat in hand, if there is one
]
CHAT_EDITS = ("reply", "order", "answer", "sell")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of the flight, with what each is in the shop's zone.

    start_hour counts hours since the Unix epoch (UTC). hour_of_day 0-23, weekday 0 = Monday, day counts local days
    from 0, month 1-12; one entry an hour.
    """

    start_hour: int
    hour_of_day: tuple[int, ...]
    weekday: tuple[int, ...]
    day: tuple[int, ...]
    month: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.hour_of_day)

    @property
    def days(self) -> int:
        return self.day[-1] + 1 if self.day else 0


@dataclass(frozen=True, slots=True)
class Audience:
    """Who the ads may be shown to. age_max 65 means 65 and over."""

    countries: tuple[str, ...]
    age_min: int = 18
    age_max: int = 65
    genders: tuple[str, ...] = ("female", "male")


@dataclass(frozen=True, slots=True)
class Budget:
    kind: Literal["daily", "lifetime"]
    amount_micro: int


@dataclass(frozen=True, slots=True)
class Bid:
    """A cap is an amount for each conversation."""

    kind: Literal["none", "bid_cap", "cost_cap"] = "none"
    amount_micro: int = 0


@dataclass(frozen=True, slots=True)
class Creative:
    """appeal multiplies the click rate as somebody believes; 1.0 is an ordinary ad."""

    name: str
    appeal: float = 1.0


@dataclass(frozen=True, slots=True)
class Desk:
    """agents: people on shift for each hour of the local week, Monday 00:00 first (168 entries)."""

    agents: tuple[int, ...]
    chats_each: int
    bot_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Offer:
    price_micro: int
    margin_share: float
    delivery_fee_micro: int
    cod_share: float


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that holds from the start of the hour (0-based hour of the flight) on."""

    hour: int
    kind: EditKind
    value: object = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A plan with its desk. Money is in micro-units of `currency`.

    objective is the last part of a `cpm_objective_factor.` key; overrides are (assumption row id, value) pairs, the
    user's own beliefs.
    """

    currency: str
    calendar: Calendar
    audience: Audience
    placements: tuple[str, ...]
    creatives: tuple[Creative, ...]
    budget: Budget
    bid: Bid
    objective: str
    desk: Desk
    offer: Offer
    edits: tuple[Edit, ...] = ()
    overrides: tuple[tuple[str, float], ...] = field(default=())


class BadScenario(ValueError):
    """A part of the scenario is out of range. `part` names it, `code` says how."""

    def __init__(self, part: str, code: str) -> None:
        super().__init__(f"{part}: {code}")
        self.part, self.code = part, code
