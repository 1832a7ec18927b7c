"""Every validation as rows of ours beside theirs, and as series to draw."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy import stats

from lib.market import exact, fast
from lib.market import params as p
from lib.market.columns import TOTALS
from lib.market.layout import lay_out
from lib.market.scenario import Audience, Budget
from lib.market.world import auction_at, exposure_at
from tests.benchmarks.desk_checks import desk_checks
from tests.market.agreement import METRICS as AGREED
from tests.market.agreement import QUANTILES_REJECT, agreement, grid
from tests.market.calibration import METRICS as CALIBRATED
from tests.market.calibration import held, transforms
from tests.market.luck import another_agent, dearer_bid
from tests.market.support import load_assumptions, reference, small_audience
from tests.market.test_auction import COUNTRIES, middle_world, one_segment_world

FATIGUE = {1: 1.0, 2: 0.871, 3: 0.789, 4: 0.729, 5: 0.683, 6: 0.647, 9: 0.568}
IPINYOU = {40: 0.357, 80: 0.787, 150: 0.915}


class Row(NamedTuple):
    name: str
    ours: float
    other: float
    source: str
    ok: bool


@dataclass
class Section:
    """A picture is a list of (label, x, y) lines; `even` asks for a histogram that ought to be flat."""

    title: str
    said: str
    rows: list[Row]
    lines: list[tuple[str, list[float], list[float]]] = field(default_factory=list)
    even: dict[str, list[float]] = field(default_factory=dict)


def sections(size: float) -> Iterator[Section]:
    yield auctions()
    yield prices()
    yield fatigue()
    yield reach(size)
    yield desk(size)
    yield engines(size)
    yield bands(size)
    yield luck(size)


def auctions() -> Section:
    v = one_segment_world(0.87)
    bids = np.linspace(5, 300, 60)
    ours = [auction_at(v, math.log(b) - 3.87)[0] for b in bids]
    closed = stats.lognorm(0.87, scale=math.exp(3.87)).cdf(bids)
    rows = []
    for bid, published in IPINYOU.items():
        won = auction_at(v, math.log(bid) - 3.87)[0]
        law = float(stats.lognorm(0.87, scale=math.exp(3.87)).cdf(bid))
        rows.append(Row(f"win rate at bid {bid}", won, law, "closed lognormal form", abs(won - law) < 1e-9))
        rows.append(Row(f"win rate at bid {bid}", won, published, "iPinYou 1458 (lumpy)", abs(won - published) < 0.07))
    lines = [
        ("ours", list(bids), ours),
        ("closed form", list(bids), list(closed)),
        ("iPinYou", [float(b) for b in IPINYOU], list(IPINYOU.values())),
    ]
    return Section("Auctions", "Share of auctions won against the bid.", rows, lines)


def prices() -> Section:
    rows = []
    settled = (("learning_cost_factor", 1.0), ("learning_noise_factor", 1.0), ("cpm_month_factor[10]", 1.0))
    for country in COUNTRIES:
        plan = reference(
            30,
            audience=Audience((country,)),
            placements=("facebook_feed",),
            objective="sales",
            budget=Budget("daily", 50_000_000),
            overrides=settled,
        )
        _, totals = fast.simulate(lay_out(plan, load_assumptions()), seed=5, replicates=400, drawn=False, per_world=1)
        named = dict(zip(TOTALS, totals, strict=True))
        paid = named["spend"].sum() / named["impressions"].sum() / 1000
        base = load_assumptions().value("base_cpm_usd", country=country)
        rows.append(Row(f"price of 1,000, {country}", paid, base, "base price (USD)", abs(paid / base - 1) < 0.05))
    return Section("Prices paid", "The reference plan pays the published price of its country.", rows)


def fatigue() -> Section:
    v = middle_world(reference(2))
    ours = {f: float(v[p.POWERS : p.POWERS + f].mean()) for f in FATIGUE}
    rows = [
        Row(f"everybody sees it {f} times", ours[f], factor, "published line", abs(ours[f] - factor) < 0.0006)
        for f, factor in FATIGUE.items()
    ]
    seen = [float(f) for f in FATIGUE]
    lines = [("ours", seen, list(ours.values())), ("published line", seen, list(FATIGUE.values()))]
    return Section("Fatigue", "Mean click factor when every person has seen the ad so often.", rows, lines)


def reach(size: float) -> Section:
    days = max(3, round(12 * size))
    plan = reference(days, overrides=small_audience(30_000))
    v = middle_world(plan)
    state = exact.start(plan, load_assumptions(), seed=3, domain="validation", drawn=False)
    shown, reached = [], []
    total = 0
    for hour in exact.steps(state, 24 * days):
        total += sum(cell.impressions for cell in hour.cells)
        shown.append(float(total))
        reached.append(float(hour.reach_total))
    expected = [exposure_at(v, s / v[p.PEOPLE])[1] * v[p.PEOPLE] for s in shown]
    last = Row(f"people reached in {days} days", reached[-1], expected[-1], "expectation over people", True)
    last = last._replace(ok=abs(reached[-1] / expected[-1] - 1) < 0.01)
    lines = [("drawn person by person", shown, reached), ("expectation", shown, expected)]
    return Section("Reach", "People reached against impressions, 30,000 people.", [last], lines)


def desk(size: float) -> Section:
    rows = [
        Row(r["name"], r["ours"], r["other"], r["source"], r["ok"])
        for r in desk_checks(max(40_000, round(4_000_000 * size)))
    ]
    return Section("The desk", "Against Erlang C, Erlang A, Ciw and a plain event-by-event model.", rows)


def engines(size: float) -> Section:
    rows, runs = [], max(6, round(60 * size))
    scenarios = dict(grid())
    reject = QUANTILES_REJECT / (len(scenarios) * len(AGREED))
    ratios: list[float] = []
    for name, scenario in scenarios.items():
        for a in agreement(name, scenario, runs):
            ok = a.means_agree and a.distribution >= reject
            rows.append(Row(f"{name}: {a.metric}", a.fast, a.exact, f"exact, {a.errors:+.1f} errors", ok))
            if a.exact:
                ratios.append(a.fast / a.exact)
    order = sorted(ratios)
    lines = [
        ("fast over exact, sorted", [i / len(order) for i in range(len(order))], order),
        ("equal", [0.0, 1.0], [1.0, 1.0]),
    ]
    return Section("Exact and fast", f"Means of {runs} paired runs of {len(scenarios)} scenarios.", rows, lines)


def bands(size: float) -> Section:
    campaigns = max(90, round(2000 * size))
    found = transforms(campaigns, 1000 if size >= 1 else 200, by_exact=False)
    rows = []
    for name, share in held(found).items():
        count = campaigns if "all" in name else campaigns // 3
        inside = 0.87 <= share <= 0.93 if size >= 1 else _plausible(share, count)
        rows.append(Row(f"90 % band, {name}", share, 0.90, f"{count} campaigns", inside))
    values = np.array([t.values for t in found])
    even = {metric: list(values[:, m]) for m, metric in enumerate(CALIBRATED)}
    return Section(
        "Bands", "Where outcomes fell in forecasts of their own world's ranges; flat is right.", rows, even=even
    )


def _plausible(share: float, count: int) -> bool:
    return bool(stats.binomtest(round(share * count), count, 0.90).pvalue > 0.001 / 16)


def luck(size: float) -> Section:
    replicates = max(300, round(2000 * size))
    bid, agent = dearer_bid(replicates), another_agent(replicates)
    rows = [
        Row("+5 % bid cap: conversations", bid, 3.0, "at least", bid >= 3),
        Row("+1 agent: orders", agent, 20.0, "at least", agent >= 20),
    ]
    return Section("Shared luck", "How many times shared luck lowers the variance of a difference.", rows)
