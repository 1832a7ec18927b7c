"""A new draft from what was launched before."""

from datetime import datetime, timedelta

from lib.ads.draft import Draft, Schedule
from lib.ads.plan import Plan
from lib.catalog.shops import Shop


def draft_again(plan: Plan, shop: Shop, now: datetime) -> Draft:
    """The plan as a draft without an id, for as many days as before; days that have begun are moved to tomorrow on."""
    first = max(plan.first_day, now.astimezone(shop.zone).date() + timedelta(days=1))
    same = plan.model_dump(include=set(Draft.model_fields) - {"id", "schedule"})
    return Draft.model_validate(
        {**same, "schedule": Schedule(first_day=first, last_day=first + timedelta(days=plan.days - 1))}
    )
