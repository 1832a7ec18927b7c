"""Meta's insights as our hourly rows (meta-ctwa reference 3).

Meta tells what each hour brought, and what each placement brought on each day, but not both at once. The hour totals
and the placement totals of a day are therefore measured, and kept exactly; how one hour divides among placements is
apportioned between them, and nothing shows that cell by itself.

Chats started are `onsite_conversion.messaging_conversation_started_7d` and no other action: they nest, adding them up
would count people twice. A missing action is 0.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from lib.ads.placements import PLACEMENTS, inside_whatsapp
from lib.launch import journal, meta_requests
from lib.launch.adapter import Unknown
from lib.launch.launches import get_launch
from lib.launch.meta_http import Request, pages_of
from lib.launch.meta_settings import Pace
from lib.launch.results import Cell, Reach, Results
from lib.money import MICRO, split

Send = Callable[[Request], dict[str, Any]]
HOURLY: Final = "hourly_stats_aggregated_by_advertiser_time_zone"
PLACED: Final = ("publisher_platform", "platform_position")
# what insights call a placement differs from what targeting calls it
POSITIONS: Final[Mapping[tuple[str, str], str]] = {
    ("facebook", "feed"): "facebook_feed",
    ("facebook", "facebook_stories"): "facebook_story",
    ("facebook", "story"): "facebook_story",
    ("facebook", "facebook_reels"): "facebook_reels",
    ("instagram", "feed"): "instagram_feed",
    ("instagram", "stream"): "instagram_feed",
    ("instagram", "instagram_stories"): "instagram_story",
    ("instagram", "story"): "instagram_story",
    ("instagram", "instagram_reels"): "instagram_reels",
    ("instagram", "reels"): "instagram_reels",
}
METRICS: Final = ("impressions", "clicks", "conversations", "spend_micro")
RESTATED_HOURS: Final = 72  # how far back an ordinary look goes: later numbers still move there
OTHER: Final = "other"
Numbers = dict[str, int]


class ShownInsideWhatsapp(Exception):
    def __init__(self, campaign_id: str) -> None:
        super().__init__(campaign_id)
        self.campaign_id = campaign_id


@dataclass(frozen=True, slots=True)
class _Run:
    campaign_id: str
    ads: Mapping[str, str]  # Meta's ad id to the creative's name
    start_hour: int
    end_hour: int
    zone: ZoneInfo


def results(db: Database, send: Send, launch_id: int, since_hour: int, now: datetime, pace: Pace) -> Results:
    """What Meta knows by now; what it tells is taken as it is. Raises adapter.Outcome, ShownInsideWhatsapp."""
    run = _run(db, send, launch_id)
    begun = min(max(int(now.timestamp()) // 3600 + 1, run.start_hour), run.end_hour)
    final = now >= datetime.fromtimestamp(run.end_hour * 3600, UTC) + pace.settling
    # the last look takes the whole run once more
    first = run.start_hour + (0 if final else max(0, since_hour - RESTATED_HOURS))
    since, until = _day(first, run.zone), _day(max(first, begun - 1), run.zone)
    cells = _cells(send, run, since, until)
    told = min(max([begun, *(c.hour + 1 for c in cells)]), run.end_hour)
    return Results(
        until_hour=max(since_hour, told - run.start_hour),
        edits=db.execute("SELECT COUNT(*) FROM edit WHERE launch_id = ?", [launch_id]).fetchone()[0],
        cells=cells,
        reach=_reach(send, run, _day(run.start_hour, run.zone), until, max(run.start_hour, told - 1)),
        final=final,
    )


def _run(db: Database, send: Send, launch_id: int) -> _Run:
    launch = get_launch(db, launch_id)
    remote = journal.standing_of(db, launch_id).remote
    plan = launch.plan
    zone = str(send(meta_requests.account(launch.account_id)).get("timezone_name") or plan.timezone)
    return _Run(
        campaign_id=remote["campaign"],
        ads={remote[f"ad/{n}"]: creative.name for n, creative in enumerate(plan.creatives, start=1)},
        start_hour=plan.start_hour,
        end_hour=plan.end_hour,
        zone=ZoneInfo(zone),
    )


def _day(hour: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(hour * 3600, zone).date().isoformat()


def _rows(send: Send, run: _Run, since: str, until: str, breakdowns: tuple[str, ...]) -> list[dict[str, Any]]:
    return list(pages_of(send, lambda after: meta_requests.insights(run.campaign_id, since, until, breakdowns, after)))


def _cells(send: Send, run: _Run, since: str, until: str) -> list[Cell]:
    hours: dict[tuple[str, str], dict[int, Numbers]] = defaultdict(lambda: defaultdict(_nothing))
    for row in _rows(send, run, since, until, (HOURLY,)):
        ad, day = run.ads.get(str(row.get("ad_id"))), str(row.get("date_start"))
        if ad is not None and (hour := _hour(day, str(row.get(HOURLY)), run.zone)) is not None:
            _add(hours[ad, day][hour], numbers(row))
    places: dict[tuple[str, str], dict[str, Numbers]] = defaultdict(lambda: defaultdict(_nothing))
    for row in _rows(send, run, since, until, PLACED):
        if inside_whatsapp(str(row.get("publisher_platform"))):
            raise ShownInsideWhatsapp(run.campaign_id)
        ad = run.ads.get(str(row.get("ad_id")))
        if ad is not None:
            _add(places[ad, str(row.get("date_start"))][_placement(row)], numbers(row))
    cells = []
    for ad, day in sorted({*hours, *places}):
        first = int(datetime.combine(date.fromisoformat(day), datetime.min.time(), run.zone).timestamp()) // 3600
        for (hour, placement), told in _joined(hours[ad, day], places[ad, day], first).items():
            cells.append(Cell(ad=ad, placement=placement, hour=hour, **told))
    return cells


def _placement(row: Mapping[str, Any]) -> str:
    found = POSITIONS.get((str(row.get("publisher_platform")), str(row.get("platform_position"))), OTHER)
    return found if found in PLACEMENTS else OTHER


def _joined(
    hours: Mapping[int, Numbers], places: Mapping[str, Numbers], first_hour: int
) -> dict[tuple[int, str], Numbers]:
    """Cells whose sums by placement are the day's, and by hour the hours'."""
    cells: dict[tuple[int, str], Numbers] = defaultdict(_nothing)
    for metric in METRICS:
        by_hour = {hour: told[metric] for hour, told in sorted(hours.items())}
        left = {place: told[metric] for place, told in sorted(places.items())}
        if not any(left.values()):
            left = {OTHER: sum(by_hour.values())}
        by_hour = _as_much(by_hour, sum(left.values()), _weights(hours), first_hour)
        for hour, total in by_hour.items():
            if total == 0:
                continue
            # in proportion to what each placement still has to get, so that all come out exactly
            parts = split(total, list(left.values()))
            for place, part in zip(left, parts, strict=True):
                left[place] -= part
                if part:
                    cells[hour, place][metric] += part
    return cells


def _weights(hours: Mapping[int, Numbers]) -> dict[int, int]:
    return {hour: told["impressions"] for hour, told in sorted(hours.items())}


def _as_much(by_hour: dict[int, int], total: int, weights: dict[int, int], first_hour: int) -> dict[int, int]:
    """The hours, made to add up to the day's total: the two were asked a moment apart, and not all is told by hour."""
    if sum(by_hour.values()) == total:
        return by_hour
    for shares in (by_hour, weights):
        if sum(shares.values()) > 0:
            return dict(zip(shares, split(total, list(shares.values())), strict=True))
    return {first_hour: total}


def _reach(send: Send, run: _Run, since: str, until: str, hour: int) -> list[Reach]:
    people: dict[str, int] = {}
    for row in _data(send(meta_requests.reach(run.campaign_id, since, until))):
        people["all"] = _count(row.get("reach"))
    for row in _data(send(meta_requests.reach(run.campaign_id, since, until, PLACED))):
        if (place := _placement(row)) != OTHER:
            people[place] = max(people.get(place, 0), _count(row.get("reach")))
    return [Reach(scope, hour, count) for scope, count in people.items() if count]


def _data(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = answer.get("data")
    if not isinstance(rows, list):
        raise Unknown("answer_not_understood")
    return [row for row in rows if isinstance(row, dict)]


def numbers(row: Mapping[str, Any]) -> Numbers:
    """The counts of one row of insights; money in micro-units, exactly. Raises Unknown for what is no number."""
    actions = row.get("actions")
    started = [a for a in actions if isinstance(a, dict)] if isinstance(actions, list) else []
    return {
        "impressions": _count(row.get("impressions")),
        "clicks": _count(row.get("inline_link_clicks")),
        "conversations": sum(_count(a.get("value")) for a in started if a.get("action_type") == meta_requests.STARTED),
        "spend_micro": _micro(row.get("spend")),
    }


def _count(value: Any) -> int:
    text = str(value or 0)
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Unknown("answer_not_understood")
    return int(text)


def _micro(value: Any) -> int:
    try:
        amount = Decimal(str(value or 0)) * MICRO
    except InvalidOperation:
        raise Unknown("answer_not_understood") from None
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        raise Unknown("answer_not_understood")
    return int(amount)


def _hour(day: str, label: str, zone: ZoneInfo) -> int | None:
    """Hours since the epoch of "13:00:00 - 13:59:59" on a day of the account's calendar; None for another label."""
    try:
        local = datetime.fromisoformat(f"{day}T{label[:8]}")
    except ValueError:
        return None
    return int(local.replace(tzinfo=zone).timestamp()) // 3600


def _nothing() -> Numbers:
    return dict.fromkeys(METRICS, 0)


def _add(into: Numbers, more: Numbers) -> None:
    for metric, number in more.items():
        into[metric] += number
