"""What is left of the money: margin on what was kept, less parcels, wages and the ads.

Margin, parcels and ads follow from the tables. Wages and the price of a refused parcel are the assumptions' own values,
so a profit is never better than they are.
"""

from collections.abc import Mapping

from sqlite_utils import Database

from lib.ads.plan import Plan
from lib.launch import edits
from lib.launch.launches import Launch
from lib.metrics.events import local
from lib.money import MICRO, minor_to_micro
from lib.store.assumptions import load_assumptions


def profit_micro(db: Database, launch: Launch, parts: Mapping[str, int], hours: int) -> int:
    """Micro-units of the shop's currency, for the plan's first `hours` hours of wages."""
    plan, assumptions = launch.plan, load_assumptions()
    fee = minor_to_micro(plan.offer.delivery_fee_minor, launch.currency)
    back = fee * assumptions.value("refused_delivery_fees")
    margin = round(parts["revenue"] * plan.offer.margin_share)
    parcels = fee * parts["delivered"] + round(back * (parts["refused"] + parts["returned"]))
    return margin - parcels - wages_micro(db, launch, hours) - parts["spend"]


def wages_micro(db: Database, launch: Launch, hours: int) -> int:
    """Wages of the people on shift over the plan's first hours, in the share of their time that the chats take."""
    plan, assumptions = launch.plan, load_assumptions()
    # as in the simulator: the desk sits in the country most of the audience lives in
    home = max(plan.audience.countries, key=lambda c: (assumptions.value("audience_people", country=c), c))
    wage = assumptions.value("wage_usd_hour", country=home)
    units = assumptions.value(f"units_per_usd.{launch.currency}")
    share = assumptions.value("desk_share_of_wages")
    return round(_agent_hours(db, launch, plan, hours) * wage * units * share * MICRO)


def _agent_hours(db: Database, launch: Launch, plan: Plan, hours: int) -> int:
    desks = [(0, plan.desk.agents)]
    desks += [(e.hour, tuple(e.value["agents"])) for e in edits.edits_of(db, launch.id) if e.kind == "desk"]
    total = 0
    for number, (first, agents) in enumerate(desks):
        until = desks[number + 1][0] if number + 1 < len(desks) else hours
        total += sum(agents[_hour_of_week(launch.starts_hour + h, plan)] for h in range(first, min(until, hours)))
    return total


def _hour_of_week(hour: int, plan: Plan) -> int:
    moment = local(hour, plan.timezone)
    return 24 * moment.weekday() + moment.hour
