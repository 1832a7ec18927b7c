"""A scenario and its assumptions as flat arrays for compiled code. Everything is checked for range here."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.market import params as p
from lib.market.assumptions import PLACEMENTS, Assumption, Assumptions, draw_table
from lib.market.keys import identity_of
from lib.market.numerics import normal_quantile
from lib.market.scenario import CHAT_EDITS, HOURS_OF_WEEK, BadScenario, Bid, Budget, Creative, Desk, Scenario
from lib.market.shifts import Roster

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BUDGET_KINDS = ("daily", "lifetime")
BID_KINDS = ("none", "bid_cap", "cost_cap")
MOST_MICRO = 10**15  # of any amount: sums stay exact in 64-bit integers and in doubles
MOST_HOURS = 24 * 400
MOST_SLOTS_EACH = 50
MOST_AGENTS = 200


class Layout(NamedTuple):
    """What compiled code reads; the columns are those of lib.market.params."""

    hours: Floats  # [hour of the flight, H_*]
    stages: Floats  # [stage, S_*]
    rows: Floats  # [parameter, (kind, value, low, high, place in the world's vector)]
    streams: NDArray[np.uint64]  # the parameter's luck
    blank: Floats  # a world's vector with all that no world changes
    on_shift: Ints  # hours of the flight and of the tail behind it, as the next four
    next_on: Ints
    off_at: Floats
    chats_each: Ints
    bot_share: Floats
    days: int
    parameter_ids: tuple[str, ...]
    placements: tuple[str, ...]
    creatives: tuple[str, ...]


def lay_out(scenario: Scenario, assumptions: Assumptions) -> Layout:
    """Raises BadScenario, and UnknownAssumption or BadAssumption for overrides nobody can mean."""
    _check(scenario)
    if scenario.overrides:
        assumptions = assumptions.with_overrides(scenario.overrides)
    countries = tuple(sorted(set(scenario.audience.countries)))
    table = draw_table(_parameter_rows(scenario, assumptions, countries))
    places = np.arange(len(table.ids))
    places[p.FIXED_ROWS :] += p.COUNTRY - p.FIXED_ROWS
    stages = _Stages.of(scenario)
    roster, chats_each, bot_share = _roster(scenario)
    return Layout(
        hours=_hours(scenario, assumptions, stages),
        stages=stages.table,
        rows=np.stack([table.kind, table.value, table.low, table.high, places], axis=1).astype(np.float64),
        streams=table.stream,
        blank=_blank(scenario, countries, stages.creatives),
        on_shift=roster.on_shift,
        next_on=roster.next_on,
        off_at=roster.off_at,
        chats_each=chats_each,
        bot_share=bot_share,
        days=scenario.calendar.days,
        parameter_ids=table.ids,
        placements=stages.placements,
        creatives=stages.creatives,
    )


def _hours(scenario: Scenario, assumptions: Assumptions, stages: "_Stages") -> Floats:
    calendar = scenario.calendar
    activity = _hours_of_day(assumptions, "activity_hour_share")
    activity /= activity.sum()
    price = _hours_of_day(assumptions, "cpm_hour_factor")
    price *= (activity / price).sum()
    hour, day, weekday = (np.array(column) for column in (calendar.hour_of_day, calendar.day, calendar.weekday))
    day_part = np.minimum(1.0, np.bincount(day)[day] / 24.0)
    weights = activity[hour]
    table = np.zeros((len(calendar), p.HOUR_WIDTH))
    table[:, p.H_HOUR] = hour
    table[:, p.H_WEEKDAY] = weekday
    table[:, p.H_DAY] = day
    table[:, p.H_MONTH] = np.array(calendar.month) - 1
    table[:, p.H_RUNNING] = stages.running
    table[:, p.H_STAGE] = stages.stage
    table[:, p.H_DAY_PART] = day_part
    table[:, p.H_WEEK_REST] = _week_rest(day, weekday, day_part)
    table[:, p.H_DAY_WEIGHT] = _rest_of_day(weights, day)
    table[:, p.H_REST_WEIGHT] = weights[::-1].cumsum()[::-1]
    table[:, p.H_ACTIVITY] = weights
    table[:, p.H_PRICE] = price[hour]
    return table


def _blank(scenario: Scenario, countries: tuple[str, ...], creatives: tuple[str, ...]) -> Floats:
    segments = _segments(scenario, countries)
    start = p.COUNTRY + p.COUNTRY_WIDTH * len(countries)
    blank = np.zeros(start + p.SEGMENT_WIDTH * len(segments))
    blank[p.COUNTRIES], blank[p.SEGMENTS], blank[p.SEGMENT_AT] = len(countries), len(segments), start
    blank[p.CREATIVES] = len(creatives)
    blank[p.NORMAL : p.NORMAL + p.NORMAL_NODES + 1] = _normal_nodes()
    blank[p.CREATIVE_ID : p.CREATIVE_ID + len(creatives)] = [identity_of(name) for name in creatives]
    offer = scenario.offer
    blank[p.ITEM_PRICE], blank[p.DELIVERY_FEE] = offer.price_micro, offer.delivery_fee_micro
    blank[p.MARGIN_SHARE], blank[p.COD_SHARE] = offer.margin_share, offer.cod_share
    for i, segment in enumerate(segments):
        at = start + p.SEGMENT_WIDTH * i
        blank[at : at + len(segment)] = segment
    return blank


@cache
def _normal_nodes() -> Floats:
    inside = [normal_quantile(i / p.NORMAL_NODES) for i in range(1, p.NORMAL_NODES)]
    return np.array([inside[0], *inside, inside[-1]])


def _hours_of_day(assumptions: Assumptions, key: str) -> Floats:
    return np.array([assumptions.value(f"{key}.{hour:02d}") for hour in range(24)])


def _parameter_rows(scenario: Scenario, assumptions: Assumptions, countries: tuple[str, ...]) -> list[Assumption]:
    on = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=scenario.calendar.start_hour)).date().isoformat()
    home = max(countries, key=lambda c: (assumptions.value("audience_people", country=c), c))
    rows = [assumptions.row(key) for key in p.SCALARS]
    rows += [assumptions.row(key, on=on) for key in p.DATED]
    rows += [assumptions.row(key, country=home, on=on) for key in p.DATED_HOME]
    rows += [assumptions.row(key, country=home) for key in p.HOME]
    rows.append(assumptions.row(f"{p.OBJECTIVE}.{scenario.objective}"))
    rows.append(assumptions.row(f"{p.CURRENCY}.{scenario.currency}"))
    rows += [assumptions.row("cpm_month_factor", month=month) for month in range(1, 13)]
    rows += [assumptions.row(f"cpm_weekday_factor.{day}") for day in p.WEEKDAYS]
    for key in ("cpm_placement_factor", "ctr_placement_factor", "placement_slot_share"):
        rows += [assumptions.row(key, placement=placement) for placement in PLACEMENTS]
    for country in countries:
        rows += [assumptions.row(key, country=country) for key in ("base_cpm_usd", "audience_people", "female_share")]
        rows += [assumptions.row(f"age_share.{age}", country=country) for age in p.AGES]
    return rows


def _rest_of_day(weights: Floats, day: Ints) -> Floats:
    rest = np.zeros(len(weights))
    running = 0.0
    for hour in range(len(weights) - 1, -1, -1):
        last = hour == len(weights) - 1 or day[hour + 1] != day[hour]
        running = weights[hour] if last else running + weights[hour]
        rest[hour] = running
    return rest


def _week_rest(day: Ints, weekday: Ints, day_part: Floats) -> Floats:
    """Budget weeks run from Sunday to Saturday."""
    firsts = np.flatnonzero(np.diff(day, prepend=-1))
    parts, weekdays = day_part[firsts], weekday[firsts]
    rest = np.zeros(len(firsts))
    for i in range(len(firsts) - 1, -1, -1):
        closes = weekdays[i] == 5 or i == len(firsts) - 1
        rest[i] = parts[i] + (0.0 if closes else rest[i + 1])
    return rest[day]


def _segments(scenario: Scenario, countries: tuple[str, ...]) -> list[tuple[float, ...]]:
    """(country, age band, years, is female, share of the band taken in) for each group the audience holds."""
    audience = scenario.audience
    found: list[tuple[float, ...]] = []
    for c in range(len(countries)):
        for age, (low, high) in enumerate(p.AGE_BOUNDS):
            least = max(low, audience.age_min)
            most = high if low == 65 and audience.age_max >= 65 else min(high, audience.age_max)
            if least > most:
                continue
            share = (most - least + 1) / (high - low + 1)
            years = (least + most) / 2
            found += [(c, age, years, gender == "female", share) for gender in sorted(set(audience.genders))]
    return found


class _Stages(NamedTuple):
    stage: Ints
    running: Ints
    placements: tuple[str, ...]
    creatives: tuple[str, ...]
    table: Floats

    @classmethod
    def of(cls, scenario: Scenario) -> "_Stages":
        hours = len(scenario.calendar)
        edits = sorted((e for e in scenario.edits if e.kind not in CHAT_EDITS), key=lambda e: e.hour)
        now: dict[str, Any] = {
            "budget": scenario.budget,
            "bid": scenario.bid,
            "placements": scenario.placements,
            "creatives": scenario.creatives,
        }
        stage, running = np.zeros(hours, np.int64), np.ones(hours, np.int64)
        settings, restarts = [dict(now)], [0]
        for edit in edits:
            if edit.hour >= hours:
                continue
            if edit.kind in ("pause", "resume"):
                running[edit.hour :] = edit.kind == "resume"
            elif edit.kind in now:
                restarts.append(_restarts(edit.kind, now[edit.kind], edit.value))
                now[edit.kind] = edit.value
                settings.append(dict(now))
                stage[edit.hour :] = len(settings) - 1
        placements = {name for s in settings for name in s["placements"]}
        creatives = tuple(sorted({c.name for s in settings for c in s["creatives"]}))
        if len(creatives) > p.MOST_CREATIVES:
            raise BadScenario("creatives", "names")
        table = np.zeros((len(settings), p.STAGE_WIDTH))
        for row, setting, restart in zip(table, settings, restarts, strict=True):
            row[p.S_BUDGET_KIND] = BUDGET_KINDS.index(setting["budget"].kind)
            row[p.S_BUDGET] = setting["budget"].amount_micro
            row[p.S_BID_KIND] = BID_KINDS.index(setting["bid"].kind)
            row[p.S_BID] = setting["bid"].amount_micro
            row[p.S_RESTART] = restart
            for name in setting["placements"]:
                row[p.S_PLACE + PLACEMENTS.index(name)] = 1.0
            for creative in setting["creatives"]:
                row[p.S_APPEAL + creatives.index(creative.name)] = creative.appeal
        return cls(stage, running, tuple(n for n in PLACEMENTS if n in placements), creatives, table)


def _restarts(kind: str, before: object, after: object) -> int:
    if kind == "budget" and isinstance(before, Budget) and isinstance(after, Budget):
        return int(abs(after.amount_micro - before.amount_micro) > p.BIG_BUDGET_CHANGE * before.amount_micro)
    return int(before != after)


def _roster(scenario: Scenario) -> tuple[Roster, Ints, Floats]:
    """Who is on shift in the hours of the flight and of the tail, chats at once and bot share by hour."""
    hour_of_day, weekday = np.array(scenario.calendar.hour_of_day), np.array(scenario.calendar.weekday)
    last = weekday[-1] * 24 + hour_of_day[-1]
    of_week = np.concatenate([weekday * 24 + hour_of_day, (last + 1 + np.arange(p.TAIL_HOURS)) % HOURS_OF_WEEK])
    on_shift = np.zeros(len(of_week), np.int64)
    chats_each = np.zeros(len(of_week), np.int64)
    bot_share = np.zeros(len(of_week))
    changes = [(0, scenario.desk)]
    changes += [(e.hour, e.value) for e in sorted(scenario.edits, key=lambda e: e.hour) if e.kind == "desk"]
    for hour, desk in changes:
        on_shift[hour:] = np.array(desk.agents, np.int64)[of_week[hour:]]
        chats_each[hour:] = desk.chats_each
        bot_share[hour:] = desk.bot_share
    return Roster.of(on_shift), chats_each, bot_share


def _check(scenario: Scenario) -> None:
    calendar = scenario.calendar
    hours = len(calendar)
    if not 0 < hours <= MOST_HOURS:
        raise BadScenario("calendar", "length")
    for name, values, low, high in (
        ("hour_of_day", calendar.hour_of_day, 0, 23),
        ("weekday", calendar.weekday, 0, 6),
        ("day", calendar.day, 0, hours),
        ("month", calendar.month, 1, 12),
    ):
        if len(values) != hours or min(values) < low or max(values) > high:
            raise BadScenario("calendar", name)
    steps = np.diff(np.array(calendar.day))
    if calendar.day[0] != 0 or not np.isin(steps, (0, 1)).all():
        raise BadScenario("calendar", "day")
    audience = scenario.audience
    if not audience.countries or not set(audience.genders) or set(audience.genders) - {"female", "male"}:
        raise BadScenario("audience", "empty")
    if not 18 <= audience.age_min <= audience.age_max:
        raise BadScenario("audience", "ages")
    _check_placements(scenario.placements)
    _check_creatives(scenario.creatives)
    _check_budget(scenario.budget)
    _check_bid(scenario.bid)
    _check_desk(scenario.desk)
    offer = scenario.offer
    if not 0 <= offer.price_micro <= MOST_MICRO or not 0 <= offer.delivery_fee_micro <= MOST_MICRO:
        raise BadScenario("offer", "amount")
    if not 0 <= offer.margin_share <= 1 or not 0 <= offer.cod_share <= 1:
        raise BadScenario("offer", "share")
    checks = {
        "placements": _check_placements,
        "creatives": _check_creatives,
        "budget": _check_budget,
        "bid": _check_bid,
        "desk": _check_desk,
    }
    for edit in scenario.edits:
        if edit.hour < 0:
            raise BadScenario("edits", "hour")
        if edit.kind in checks:
            checks[edit.kind](edit.value)  # type: ignore[operator]
        elif edit.kind not in ("pause", "resume", *CHAT_EDITS):
            raise BadScenario("edits", "kind")


def _check_placements(placements: tuple[str, ...]) -> None:
    if not placements or set(placements) - set(PLACEMENTS) or len(set(placements)) != len(placements):
        raise BadScenario("placements", "unknown")


def _check_creatives(creatives: tuple[Creative, ...]) -> None:
    if not 0 < len(creatives) <= p.MOST_CREATIVES or len({c.name for c in creatives}) != len(creatives):
        raise BadScenario("creatives", "names")
    if not all(0.01 <= c.appeal <= 100 for c in creatives):
        raise BadScenario("creatives", "appeal")


def _check_budget(budget: Budget) -> None:
    if budget.kind not in BUDGET_KINDS or not 0 <= budget.amount_micro <= MOST_MICRO:
        raise BadScenario("budget", "amount")


def _check_bid(bid: Bid) -> None:
    if bid.kind not in BID_KINDS or not 0 <= bid.amount_micro <= MOST_MICRO:
        raise BadScenario("bid", "amount")
    if bid.kind != "none" and bid.amount_micro == 0:
        raise BadScenario("bid", "amount")


def _check_desk(desk: Desk) -> None:
    if len(desk.agents) != HOURS_OF_WEEK or not all(0 <= a <= MOST_AGENTS for a in desk.agents):
        raise BadScenario("desk", "agents")
    if not 1 <= desk.chats_each <= MOST_SLOTS_EACH or not 0 <= desk.bot_share <= 1:
        raise BadScenario("desk", "chats")
