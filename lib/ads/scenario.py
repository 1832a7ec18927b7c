"""Plans as the simulator's scenarios: numbers only, in micro-units and hours of the shop's own zone."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from lib.ads.checks import check
from lib.ads.draft import Draft
from lib.ads.plan import Plan, assemble
from lib.catalog.model import Item
from lib.catalog.shops import Shop
from lib.market import scenario as market
from lib.money import minor_to_micro

# Nothing can be simulated while one of these is wrong; a missing picture or a long text changes no number.
_NEEDED: Final = frozenset(
    "age_order age_out_of_range bid_missing budget_too_large countries_missing country_unknown creative_name_empty "
    "creative_name_repeated creatives_count currency_mismatch currency_unknown end_before_start end_in_past "
    "gender_unknown genders_missing goal_not_allowed billing_not_allowed no_hours_left objective_unknown "
    "placement_inside_whatsapp placement_repeated placement_unknown placements_missing price_unknown price_zero "
    "run_too_long start_in_past start_too_far".split()
)


class CannotForecast(ValueError):
    """The draft says too little to simulate it. `codes` are those of lib.ads.checks."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def scenario_of(plan: Plan) -> market.Scenario:
    """The scenario of a plan. Everything comes from the plan, so that a replay needs nothing else."""
    currency = plan.currency
    return market.Scenario(
        currency=currency,
        calendar=calendar(plan.start_hour, plan.end_hour, plan.timezone),
        audience=market.Audience(
            countries=plan.audience.countries,
            age_min=plan.audience.age_min,
            age_max=plan.audience.age_max,
            genders=plan.audience.genders,
        ),
        placements=plan.placements,
        creatives=tuple(market.Creative(c.name) for c in plan.creatives),
        budget=market.Budget(plan.budget.kind, minor_to_micro(plan.budget.amount_minor, currency)),
        bid=market.Bid(plan.bid.kind, minor_to_micro(plan.bid.amount_minor, currency)),
        objective=plan.objective.removeprefix("OUTCOME_").lower(),
        desk=market.Desk(plan.desk.agents, plan.desk.chats_each, plan.desk.bot_share),
        offer=market.Offer(
            price_micro=minor_to_micro(plan.offer.price_minor, currency),
            margin_share=plan.offer.margin_share,
            delivery_fee_micro=minor_to_micro(plan.offer.delivery_fee_minor, currency),
            cod_share=plan.offer.cod_share,
        ),
    )


def draft_scenario(draft: Draft, item: Item, shop: Shop, now: datetime) -> market.Scenario:
    """The scenario of a draft still being written. Raises CannotForecast."""
    wrong = tuple(c.code for c in check(draft, item, shop, now) if c.code in _NEEDED)
    if wrong or draft.budget.amount_minor <= 0:
        raise CannotForecast(wrong or ("budget_below_minimum",))
    return scenario_of(assemble(draft, item, shop, now))


def calendar(start_hour: int, end_hour: int, timezone: str) -> market.Calendar:
    """Each hour of the run with its local hour, weekday, day of the run and month. Days have 23, 24 or 25 hours."""
    zone = ZoneInfo(timezone)
    moments = [datetime.fromtimestamp(3600 * hour, UTC).astimezone(zone) for hour in range(start_hour, end_hour)]
    first = moments[0].toordinal() if moments else 0
    return market.Calendar(
        start_hour=start_hour,
        hour_of_day=tuple(m.hour for m in moments),
        weekday=tuple(m.weekday() for m in moments),
        day=tuple(m.toordinal() - first for m in moments),
        month=tuple(m.month for m in moments),
    )
