"""Scenarios the market tests share, and the exact engine's results under the fast engine's column names."""

from collections import Counter
from dataclasses import replace
from typing import Any

from lib.market import exact
from lib.market.assumptions import Assumptions
from lib.market.scenario import Audience, Bid, Budget, Calendar, Creative, Desk, Offer, Scenario
from lib.store.assumptions import load_assumptions

THREE_PLACEMENTS = ("facebook_feed", "instagram_story", "facebook_reels")


def calendar(days: int, *, start_hour: int = 490_008, first_weekday: int = 6, month: int = 10) -> Calendar:
    """Whole days of 24 hours from local midnight."""
    hours = range(24 * days)
    return Calendar(
        start_hour,
        tuple(h % 24 for h in hours),
        tuple((first_weekday + h // 24) % 7 for h in hours),
        tuple(h // 24 for h in hours),
        tuple(month for _ in hours),
    )


def desk(agents: int, chats_each: int = 3, *, opens: int = 10, closes: int = 22, bot_share: float = 0.0) -> Desk:
    return Desk(tuple(agents if opens <= h % 24 < closes else 0 for h in range(168)), chats_each, bot_share)


def reference(days: int = 30, **changes: Any) -> Scenario:
    """1 ad set, 3 placements, 20 USD a day, Egypt, 1 desk of 2 people with 3 chats each."""
    plan = Scenario(
        currency="USD",
        calendar=calendar(days),
        audience=Audience(("EG",)),
        placements=THREE_PLACEMENTS,
        creatives=(Creative("first"),),
        budget=Budget("daily", 20_000_000),
        bid=Bid(),
        objective="engagement",
        desk=desk(2),
        offer=Offer(15_000_000, 0.35, 1_300_000, 0.75),
    )
    return replace(plan, **changes)


def small_audience(people: float, country: str = "EG") -> tuple[tuple[str, float], ...]:
    """Overrides that leave so many people in a country."""
    return ((f"audience_people[{country}]", people),)


def exact_totals(
    scenario: Scenario,
    *,
    seed: int,
    drawn: bool = False,
    domain: str = "validation",
    assumptions: Assumptions | None = None,
) -> dict[str, float]:
    """Runs the exact engine until nothing can change any more."""
    state = exact.start(scenario, assumptions or load_assumptions(), seed=seed, domain=domain, drawn=drawn)
    total: Counter[str] = Counter()
    chats: dict[int, exact.Chat] = {}
    for hour in exact.steps(state, len(scenario.calendar) + 14 * 24):
        for cell in hour.cells:
            total["impressions"] += cell.impressions
            total["spend"] += cell.spend_micro
            total["clicks"] += cell.clicks
            total["all_clicks"] += cell.all_clicks
            total["conversations"] += cell.conversations
        for chat in hour.chats:
            chats[chat.id] = chat
        total["reach"] = hour.reach_total
        total["learning_hours"] += hour.learning and hour.hour < len(scenario.calendar)
    for chat in chats.values():
        total["replied"] += chat.replied_s is not None
        total["left_unanswered"] += chat.left_s is not None
        total["unclicked"] += not chat.clicked
        total["orders"] += chat.ordered_s is not None
        total["recovered"] += chat.recovered
        total["delivered"] += bool(chat.delivered)
        total["returned"] += chat.returned
        total["order_value"] += chat.order_micro
        total["revenue"] += chat.order_micro if chat.delivered else 0
    return dict(total)
