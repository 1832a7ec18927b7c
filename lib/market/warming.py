"""Runs both engines once over a tiny scenario of made-up assumptions, which compiles every kernel they use."""

from lib.market import params as p
from lib.market.assumptions import PLACEMENTS, Assumption, Assumptions
from lib.market.exact import loads, start, step
from lib.market.fast import forecast
from lib.market.scenario import Audience, Bid, Budget, Calendar, Creative, Desk, Edit, Offer, Scenario


def compile_all() -> None:
    scenario, assumptions = _scenario(), _assumptions()
    forecast(scenario, assumptions, seed=0, replicates=2)
    state = start(scenario, assumptions, seed=0)
    for _ in range(8):
        state, _hour = step(state)
    loads(state.dumps(), scenario, assumptions)


def _scenario() -> Scenario:
    hours = range(6)
    zeros = tuple(0 for _ in hours)
    return Scenario(
        currency="USD",
        calendar=Calendar(490_000, tuple(hours), zeros, zeros, tuple(1 for _ in hours)),
        audience=Audience(("EG",)),
        placements=PLACEMENTS,
        creatives=(Creative("a"), Creative("b")),
        budget=Budget("lifetime", 500_000_000),
        bid=Bid(),
        objective="engagement",
        desk=Desk((2,) * 168, 2, 0.2),
        offer=Offer(10_000_000, 0.3, 1_000_000, 0.5),
        edits=(Edit(3, "bid", Bid("bid_cap", 2_000_000)),),
    )


def _assumptions() -> Assumptions:
    """Every key at 0.5, which is in range for all of them: what comes out means nothing."""
    keyed = [*p.SCALARS, *p.DATED, *p.DATED_HOME, *p.HOME, f"{p.OBJECTIVE}.engagement", f"{p.CURRENCY}.USD"]
    keyed += ["cpm_month_factor", "cpm_placement_factor", "ctr_placement_factor", "placement_slot_share"]
    keyed += [f"cpm_weekday_factor.{day}" for day in p.WEEKDAYS]
    keyed += [f"{shape}.{hour:02d}" for shape in ("activity_hour_share", "cpm_hour_factor") for hour in range(24)]
    keyed += ["base_cpm_usd", "female_share", *(f"age_share.{age}" for age in p.AGES)]
    rows = [_row(key, 0.5) for key in keyed]
    return Assumptions.of([*rows, _row("audience_people", 1e5)])


def _row(key: str, value: float) -> Assumption:
    case = dict(country="", placement="", month=0, since="", unit="factor", role="engine", year="2026", note="")
    origin = dict(population="", source="judgement", solid="judgement", line=0)
    return Assumption(key=key, value=value, low=value, high=value, distribution="fixed", **case, **origin)  # type: ignore[arg-type]
