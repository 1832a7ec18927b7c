"""What one asks "what if" about: a shop's item with its numbers, a baseline of levers and up to four variants.

A case stands on its own: it carries everything its answer follows from, so it can travel to a studio that has neither
the shop nor the item.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, field_validator, model_validator

from lib.ads.draft import Draft, first_hour
from lib.ads.placements import PLACEMENT_IDS
from lib.ads.plan import Plan, assemble
from lib.ads.scenario import CannotForecast, calendar, draft_scenario
from lib.catalog.model import Frozen, Item
from lib.catalog.shops import HOURS_OF_WEEK, Shop
from lib.market import scenario as market
from lib.market.assumptions import PLACEMENTS
from lib.market.version import engine_version
from lib.money import minor_per_unit, minor_to_micro

SEED = 20_261
MOST_VARIANTS = 4
MOST_MINOR = 10**11

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Share = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(ge=0.1, le=10)]
Minor = Annotated[int, Field(ge=0, le=MOST_MINOR)]
Objective = Literal["engagement", "leads", "sales", "traffic"]


class Levers(Frozen):
    """Everything that can be changed. Money in minor units of the case's currency; factors are against what is assumed.

    `agents_change` people more (or fewer, never below none) in every hour somebody answers; `early_hours` and
    `late_hours` extend each day's answering, with as many people as its first and last hour has. `month` 0 is the
    calendar's own, 1 to 12 puts the whole run into that month's season. `overrides` are (assumption row id, value).
    """

    budget_kind: Literal["daily", "lifetime"] = "daily"
    budget_minor: Annotated[int, Field(gt=0, le=MOST_MINOR)]
    days: int = Field(ge=1, le=90)
    bid_kind: Literal["none", "bid_cap", "cost_cap"] = "none"
    bid_minor: Minor = 0
    countries: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], ...] = Field(min_length=1, max_length=25)
    age_min: int = Field(default=18, ge=18, le=65)
    age_max: int = Field(default=65, ge=18, le=65)
    genders: tuple[Literal["female", "male"], ...] = Field(default=("female", "male"), min_length=1, max_length=2)
    placements: tuple[str, ...] = Field(min_length=1, max_length=len(PLACEMENTS))
    objective: Objective = "engagement"
    appeal: Factor = 1.0
    agents_change: int = Field(default=0, ge=-50, le=50)
    early_hours: int = Field(default=0, ge=0, le=8)
    late_hours: int = Field(default=0, ge=0, le=8)
    chats_each: int = Field(ge=1, le=50)
    bot_share: Share = 0.0
    price_minor: Annotated[int, Field(gt=0, le=MOST_MINOR)]
    cost_minor: Minor  # what one piece costs the shop
    delivery_fee_minor: Minor = 0
    cod_share: Share = 0.0
    month: int = Field(default=0, ge=0, le=12)
    ad_price: Factor = 1.0
    buyers: Factor = 1.0
    patience: Factor = 1.0
    handling: Factor = 1.0
    overrides: tuple[tuple[Annotated[str, StringConstraints(max_length=80)], float], ...] = Field((), max_length=40)

    @field_validator("placements")
    @classmethod
    def _known_placements(cls, placements: tuple[str, ...]) -> tuple[str, ...]:
        if not set(placements) <= set(PLACEMENTS):
            raise ValueError("not a placement of ours")
        return tuple(name for name in PLACEMENT_IDS if name in placements)

    @model_validator(mode="after")
    def _coherent(self) -> "Levers":
        if self.age_max < self.age_min:
            raise ValueError("ages must not end before they begin")
        if self.bid_kind != "none" and self.bid_minor == 0:
            raise ValueError("a limit needs an amount")
        if self.cost_minor > self.price_minor:
            raise ValueError("the price must cover what the piece costs")
        return self

    def but(self, **changes: Any) -> "Levers":
        """A checked copy. Raises pydantic's ValidationError."""
        return Levers.model_validate({**self.model_dump(), **changes})


class Variant(Frozen):
    name: Name
    levers: Levers


class Case(Frozen):
    """`engine` names the engine that the numbers somebody saw came from."""

    version: Literal[1] = 1
    engine: Annotated[str, StringConstraints(max_length=40)] = ""
    seed: int = Field(default=SEED, ge=0, lt=2**62)
    name: Name
    shop_name: Annotated[str, StringConstraints(max_length=100)] = ""
    retailer_id: Annotated[str, StringConstraints(max_length=200)] = ""
    title: Annotated[str, StringConstraints(max_length=200)] = ""
    currency: str
    timezone: str
    start_hour: int = Field(ge=0, lt=2**24)
    first_day: date
    agents: tuple[Annotated[int, Field(ge=0, le=150)], ...] = Field(min_length=HOURS_OF_WEEK, max_length=HOURS_OF_WEEK)
    base: Levers
    variants: tuple[Variant, ...] = Field((), max_length=MOST_VARIANTS)

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, currency: str) -> str:
        minor_per_unit(currency)
        return currency

    @model_validator(mode="after")
    def _a_real_time(self) -> "Case":
        try:
            zone = ZoneInfo(self.timezone)
        except (OSError, KeyError, ValueError) as unknown:
            raise ValueError("unknown time zone") from unknown
        if not date(2015, 1, 1) <= self.first_day <= date(2095, 1, 1):
            raise ValueError("a day too far away")
        after = first_hour(self.first_day + timedelta(days=1), zone)
        if not first_hour(self.first_day, zone) <= self.start_hour < after:
            raise ValueError("the first hour must lie in the first day")
        return self

    def levers(self, index: int) -> Levers:
        """0 is the baseline, 1 the first variant."""
        return self.base if index == 0 else self.variants[index - 1].levers

    def with_levers(self, index: int, levers: Levers) -> "Case":
        if index == 0:
            return self.model_copy(update={"base": levers})
        variants = list(self.variants)
        variants[index - 1] = variants[index - 1].model_copy(update={"levers": levers})
        return self.model_copy(update={"variants": tuple(variants)})

    @property
    def count(self) -> int:
        return 1 + len(self.variants)


def case_from_draft(draft: Draft, item: Item, shop: Shop, now: datetime) -> Case:
    """The draft as baseline, with one variant beside it to move. Raises CannotForecast."""
    draft_scenario(draft, item, shop, now)
    return case_from_plan(assemble(draft, item, shop, now))


def case_from_plan(plan: Plan) -> Case:
    offer, days = plan.offer, plan.days
    levers = Levers(
        budget_kind=plan.budget.kind,
        budget_minor=plan.budget.amount_minor,
        days=min(days, 90),
        bid_kind=plan.bid.kind,
        bid_minor=plan.bid.amount_minor,
        countries=plan.audience.countries,
        age_min=plan.audience.age_min,
        age_max=plan.audience.age_max,
        genders=plan.audience.genders,  # type: ignore[arg-type]
        placements=plan.placements,
        objective=plan.objective.removeprefix("OUTCOME_").lower(),  # type: ignore[arg-type]
        chats_each=plan.desk.chats_each,
        bot_share=plan.desk.bot_share,
        price_minor=offer.price_minor,
        cost_minor=round(offer.price_minor * (1 - offer.margin_share)),
        delivery_fee_minor=offer.delivery_fee_minor,
        cod_share=offer.cod_share,
    )
    return Case(
        engine=engine_version(),
        name=(plan.name or plan.retailer_id)[:40],
        shop_name=plan.shop_name,
        retailer_id=plan.retailer_id,
        title=offer.title[:200],
        currency=plan.currency,
        timezone=plan.timezone,
        start_hour=plan.start_hour,
        first_day=plan.first_day,
        agents=tuple(min(n, 150) for n in plan.desk.agents),
        base=levers,
        variants=(Variant(name="A", levers=levers),),
    )


def desk_hours(agents: tuple[int, ...], levers: Levers) -> tuple[int, ...]:
    """People in each hour of the week with the levers' changes."""
    week = list(agents)
    for hour in range(HOURS_OF_WEEK):
        if agents[hour] == 0:
            continue
        if agents[(hour + 1) % HOURS_OF_WEEK] == 0:
            _extend(week, agents, [(hour + 1 + i) % HOURS_OF_WEEK for i in range(levers.late_hours)], agents[hour])
        if agents[hour - 1] == 0:
            _extend(week, agents, [(hour - 1 - i) % HOURS_OF_WEEK for i in range(levers.early_hours)], agents[hour])
    return tuple(min(200, max(0, n + levers.agents_change)) if n else 0 for n in week)


def _extend(week: list[int], before: tuple[int, ...], hours: list[int], people: int) -> None:
    for hour in hours:
        if before[hour]:
            return
        week[hour] = max(week[hour], people)


@lru_cache(maxsize=128)
def _calendar(start_hour: int, first_day: date, days: int, timezone: str, month: int) -> market.Calendar:
    end = first_hour(first_day + timedelta(days=days), ZoneInfo(timezone))
    own = calendar(start_hour, end, timezone)
    if month == 0:
        return own
    return market.Calendar(own.start_hour, own.hour_of_day, own.weekday, own.day, (month,) * len(own))


def calendar_of(case: Case, levers: Levers) -> market.Calendar:
    return _calendar(case.start_hour, case.first_day, levers.days, case.timezone, levers.month)


def scenario_of(case: Case, levers: Levers) -> market.Scenario:
    currency = case.currency
    return market.Scenario(
        currency=currency,
        calendar=calendar_of(case, levers),
        audience=market.Audience(levers.countries, levers.age_min, levers.age_max, levers.genders),
        placements=levers.placements,
        creatives=(market.Creative("A", levers.appeal),),
        budget=market.Budget(levers.budget_kind, minor_to_micro(levers.budget_minor, currency)),
        bid=market.Bid(levers.bid_kind, minor_to_micro(levers.bid_minor, currency)),
        objective=levers.objective,
        desk=market.Desk(desk_hours(case.agents, levers), levers.chats_each, levers.bot_share),
        offer=market.Offer(
            price_micro=minor_to_micro(levers.price_minor, currency),
            margin_share=(levers.price_minor - levers.cost_minor) / levers.price_minor,
            delivery_fee_micro=minor_to_micro(levers.delivery_fee_minor, currency),
            cod_share=levers.cod_share,
        ),
        overrides=levers.overrides,
    )


__all__ = ["CannotForecast", "Case", "Levers", "Variant", "case_from_draft", "case_from_plan", "scenario_of"]
