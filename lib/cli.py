"""`python -m lib VERB`: the pages' verbs for scripts. Fields of --json are described in docs/cli.md and stay."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Answer = dict[str, Any] | list[dict[str, Any]]


class Refused(Exception):
    """What was asked can not be done; the text says what, where and what to do. Exit code 2."""

    def __init__(self, text: str, report: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        self.report = report


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        answer = asked.verb(asked)
    except Refused as refused:
        if getattr(asked, "json", False):
            print(json.dumps({"error": str(refused), **(refused.report or {})}, ensure_ascii=False, default=str))
        else:
            print(refused, file=sys.stderr)
        return 2
    if answer is not None:
        print(json.dumps(answer, ensure_ascii=False, indent=None if asked.json else 2, default=str))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lib", description="Click-to-Chat Studio on the command line.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, run: Callable[[argparse.Namespace], Answer | None], text: str) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=text, description=text)
        one.add_argument("--json", action="store_true", help="one line of JSON")
        one.set_defaults(verb=run)
        return one

    v = verb("import-catalog", import_catalog, "read a product file into a shop")
    v.add_argument("file", metavar="FILE")
    v.add_argument("--shop", help="id or name; made when new")
    v.add_argument("--currency", help="of the prices, when the file does not say it, such as EGP")
    v.add_argument("--encoding", help="of the text, when it is not UTF-8, such as cp1256")
    v.add_argument("--country", help="of a new shop, such as EG")
    v.add_argument("--timezone", help="of a new shop, such as Africa/Cairo")
    v = verb("items", items, "find items")
    v.add_argument("--search", default="", help="words in the title, description or code")
    v.add_argument("--shop", help="only this shop")
    v.add_argument("--limit", type=int, default=50)
    for name, run, text in (
        ("forecast", forecast, "what an ad for an item would bring"),
        ("launch", launch, "launch a simulated ad for an item"),
    ):
        v = verb(name, run, text)
        v.add_argument("item", metavar="SHOP/ITEM")
        v.add_argument("--budget", help="a day, in the shop's currency, such as 150")
        v.add_argument("--days", type=int, help="how long it runs")
    v = verb("watch", watch, "what a launch has brought")
    v.add_argument("launch", type=int, metavar="LAUNCH")
    v.add_argument("--until-day", type=int, help="run the simulated clock to the end of this day first")
    v = verb("ingest-webhooks", ingest_webhooks, "read deliveries of WhatsApp's Cloud API from a file")
    v.add_argument("file", metavar="FILE")
    v.add_argument("--shop", help="whose they are; else the shop with the number they were sent to")
    v = verb("what-if", what_if, "the answers of a what-if file, saved on the page")
    v.add_argument("file", metavar="FILE")
    v = verb("optimise", optimise, "the best plan for a what-if file")
    v.add_argument("file", metavar="FILE")
    v.add_argument("--goal", choices=("profit", "orders", "cost_per_order"), default="profit")
    v = verb("report", report, "a what-if file as one readable page")
    v.add_argument("file", metavar="FILE")
    v.add_argument("--out", required=True, metavar="FILE")
    verb("reset-demo", reset_demo, "the sample shops as they came")
    v = verb("backup", backup, "a verified copy of the database")
    v.add_argument("file", metavar="FILE")
    verb("worker", worker, "drive launches until stopped")
    verb("warm", warm, "compile the simulator's kernels")
    verb("bench", bench, "measure, each figure beside its yardstick").add_argument(
        "--only", help="names that begin with this"
    )
    verb("validate", validate, "hold the simulator against theory and peers").add_argument(
        "--out", metavar="FILE", help="write a report with pictures"
    )
    return parser


def _now() -> datetime:
    return datetime.now(UTC)


def import_catalog(asked: argparse.Namespace) -> Answer:
    from lib.catalog.importing import ImportReport, import_file, report_json
    from lib.store import open_database

    path = Path(asked.file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    with open_database() as db:
        outcome = import_file(
            db,
            data,
            path.name,
            now=_now(),
            shop=asked.shop,
            currency=asked.currency,
            encoding=asked.encoding,
            country=asked.country,
            timezone=asked.timezone,
        )
    report = report_json(outcome)
    if not isinstance(outcome, ImportReport):
        raise Refused(_why_not_read(path.name, report), report)
    return report


def _why_not_read(name: str, report: dict[str, Any]) -> str:
    if report["outcome"] == "currency_needed":
        return f"{name}: the file does not say its currency; add --currency, for example --currency EGP"
    if report["code"] == "unknown_format":
        return f"{name}: unknown format, the header was: {', '.join(report['header'])}"
    return f"{name}: {report['reason']}"


def items(asked: argparse.Namespace) -> Answer:
    from lib.catalog.health import why_not_advertisable
    from lib.catalog.items import search
    from lib.catalog.shops import find_shop, list_shops
    from lib.store import open_database

    found: list[dict[str, Any]] = []
    total = 0
    with open_database() as db:
        one = find_shop(db, asked.shop) if asked.shop else None
        if asked.shop and one is None:
            raise Refused(f"no shop {asked.shop!r}")
        for shop in [one] if one else list_shops(db):
            page = search(db, shop.id, asked.search, per_page=max(asked.limit, 1), now=_now())
            total += page.total
            found += [
                {
                    "shop": shop.id,
                    "item": item.retailer_id,
                    "title": item.title,
                    "category": item.category,
                    "availability": item.availability,
                    "price_minor": item.price_minor,
                    "currency": shop.currency,
                    "variants": len(item.variants),
                    "advertisable": not why_not_advertisable(item),
                    "not_advertisable": list(why_not_advertisable(item)),
                }
                for item in page.items
            ]
    return {"total": total, "items": found[: asked.limit]}


def _draft(db: Any, asked: argparse.Namespace) -> tuple[Any, Any, Any]:
    """The draft the page would show for SHOP/ITEM, with what the command line asks to be different."""
    from lib.ads.writer import draft_from_item
    from lib.catalog.items import get_item
    from lib.catalog.shops import find_shop
    from lib.money import BadAmount, parse_amount

    shop_id, _, retailer_id = asked.item.partition("/")
    shop = find_shop(db, shop_id)
    if shop is None:
        raise Refused(f"no shop {shop_id!r}; `python -m lib items` lists items as SHOP/ITEM")
    item = get_item(db, shop.id, retailer_id, _now())
    if item is None:
        raise Refused(f"no item {retailer_id!r} in {shop.id}")
    draft = draft_from_item(shop, item, "ar" if shop.language == "ar" else "en", _now())
    if asked.budget:
        try:
            amount = parse_amount(asked.budget, shop.currency)
        except BadAmount as bad:
            raise Refused(f"--budget {asked.budget}: not an amount such as 150 or 149.50") from bad
        draft = draft.model_copy(update={"budget": draft.budget.model_copy(update={"amount_minor": amount})})
    if asked.days is not None:
        if not 1 <= asked.days <= 90:
            raise Refused(f"--days {asked.days}: from 1 to 90")
        first = draft.schedule.first_day
        last = first.fromordinal(first.toordinal() + asked.days - 1)
        draft = draft.model_copy(update={"schedule": draft.schedule.model_copy(update={"last_day": last})})
    return draft, item, shop


def _refuse_plan(refused: Any) -> Refused:
    return Refused("this ad can not be launched: " + ", ".join(f"{c.code} ({c.field})" for c in refused.checks))


def forecast(asked: argparse.Namespace) -> Answer:
    from lib.ads.expectation import expect
    from lib.ads.plan import PlanRefused, freeze
    from lib.ads.scenario import scenario_of
    from lib.store import open_database

    with open_database() as db:
        draft, item, shop = _draft(db, asked)
    try:
        plan = freeze(draft, item, shop, _now())
    except PlanRefused as refused:
        raise _refuse_plan(refused) from refused
    told = expect(scenario_of(plan))
    return {
        "shop": shop.id,
        "item": item.retailer_id,
        "origin": "forecast",
        "currency": plan.currency,
        "first_day": plan.first_day.isoformat(),
        "last_day": plan.last_day.isoformat(),
        "daily_minor": plan.daily_minor,
        "replicates": told.replicates,
        "seed": told.seed,
        "engine_version": told.engine_version,
        "metrics": {name: _band(band) for name, band in told.bands.items()},
        "world_share": dict(told.world_share),
    }


def _band(band: Any) -> dict[str, float]:
    return {name: getattr(band, name) for name in ("p05", "p10", "p25", "p50", "p75", "p90", "p95", "mean")}


def launch(asked: argparse.Namespace) -> Answer:
    from lib.ads.drafts import save_draft
    from lib.ads.expectation import expect
    from lib.ads.plan import PlanRefused, freeze
    from lib.ads.scenario import scenario_of
    from lib.launch import launches
    from lib.launch.worker import Worker
    from lib.store import open_database

    with open_database() as db:
        draft, item, shop = _draft(db, asked)
        draft = save_draft(db, draft, _now())
        try:
            plan = freeze(draft, item, shop, _now())
        except PlanRefused as refused:
            raise _refuse_plan(refused) from refused
        frozen = expect(scenario_of(plan)).to_json()
        made = launches.confirm(db, plan, by="command line", now=_now(), forecast_json=frozen).launch
        _drive(db, Worker(), lambda: launches.get_launch(db, made.id).state in {"LIVE", "FAILED", "NEEDS_REVIEW"})
        return _told(launches.get_launch(db, made.id))


def _told(one: Any) -> dict[str, Any]:
    return {
        "launch": one.id,
        "key": one.key,
        "shop": one.shop_id,
        "item": one.retailer_id,
        "name": one.name,
        "adapter": one.adapter,
        "state": one.state,
        "reason": one.reason,
        "currency": one.currency,
        "daily_minor": one.daily_minor,
        "cap_minor": one.cap_minor,
        "hours": one.hours,
    }


def _drive(db: Any, worker: Any, done: Callable[[], bool], seconds: float = 120) -> None:
    """Turns the worker until it is done; harmless beside another worker, since each launch is leased to one."""
    import time

    deadline = time.monotonic() + seconds
    while not done():
        if not worker.tick(db):
            time.sleep(0.02)
        if time.monotonic() > deadline:
            raise Refused("the launch did not get there in time; `python -m lib watch` shows where it is")


def watch(asked: argparse.Namespace) -> Answer:
    from lib.launch import edits, launches, sync
    from lib.launch.worker import Worker
    from lib.metrics import frames, totals
    from lib.store import open_database

    with open_database() as db:
        try:
            one = launches.get_launch(db, asked.launch)
        except launches.NoLaunch as unknown:
            raise Refused(f"no launch {asked.launch}") from unknown
        worker = Worker()
        if asked.until_day is not None:
            _run_until(db, worker, one, asked.until_day)
        here = edits.progress(db, one.id, _now())
        wanted = min(here.visible_hours, here.end_hour) if here else 0
        _drive(db, worker, lambda: sync.synced_until(db, one.id)[0] >= wanted or _failed(db, one.id))
        one = launches.get_launch(db, one.id)
        days = frames.by_day(db, one)
        return {
            **_told(one),
            "origin": "simulated" if one.adapter == "simulated" else "measured",
            "simulated_hours": wanted,
            "totals": totals.metrics(db, one),
            "days": json.loads(days.to_json(orient="records", date_format="iso"))[: asked.until_day],
        }


def _run_until(db: Any, worker: Any, one: Any, day: int) -> None:
    """Puts the simulated clock at the end of that local day of the plan, unless it is past it already."""
    from lib.ads.draft import first_hour
    from lib.launch import edits, launches

    plan = one.plan
    if not 1 <= day <= plan.days:
        raise Refused(f"--until-day {day}: the launch runs for {plan.days} days, counted from 1")
    _drive(db, worker, lambda: edits.progress(db, one.id, _now()) is not None or _over(db, one.id))
    midnight = plan.first_day.fromordinal(plan.first_day.toordinal() + day)
    hour = min(first_hour(midnight, ZoneInfo(plan.timezone)), plan.end_hour) - plan.start_hour
    here = edits.progress(db, one.id, _now())
    if here and here.visible_hours < hour:
        launches.jump(db, one.id, hour, now=_now())


def _failed(db: Any, launch_id: int) -> bool:
    """Refused by the review, or stopped for a person to look at: no results will come."""
    from lib.launch import launches

    return launches.get_launch(db, launch_id).state in {"FAILED", "CANCELLED", "NEEDS_REVIEW"}


def _over(db: Any, launch_id: int) -> bool:
    from lib.launch import launches

    return launches.get_launch(db, launch_id).over


def ingest_webhooks(asked: argparse.Namespace) -> Answer:
    from lib.catalog.shops import find_shop
    from lib.chats import ingest
    from lib.store import open_database

    path = Path(asked.file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    with open_database() as db:
        shop = find_shop(db, asked.shop) if asked.shop else None
        if asked.shop and shop is None:
            raise Refused(f"no shop {asked.shop!r}")
        try:
            return ingest.ingest_webhooks(db, data, now=_now(), shop_id=shop.id if shop else None)
        except ingest.NotDeliveries as nothing:
            raise Refused(f"{path}: {nothing}") from nothing


def what_if(asked: argparse.Namespace) -> Answer:
    from lib.whatif import commands

    return _of_case(lambda: commands.what_if(Path(asked.file)))


def optimise(asked: argparse.Namespace) -> Answer:
    from lib.whatif import commands

    return _of_case(lambda: commands.optimise(Path(asked.file), goal=asked.goal))


def report(asked: argparse.Namespace) -> Answer:
    from lib.ui.whatif_report import report_of
    from lib.whatif import commands
    from lib.whatif.commands import read_case

    out = Path(asked.out)
    out.write_bytes(_of_case(lambda: report_of(read_case(Path(asked.file)), runs=commands.RUNS)))
    return {"file": str(out), "bytes": out.stat().st_size}


def _of_case(told: Callable[[], Any]) -> Any:
    from lib.market.scenario import BadScenario
    from lib.whatif.travel import BadCase

    try:
        return told()
    except (OSError, BadCase, BadScenario) as error:
        raise Refused(f"the what-if file can not be read: {error}") from error


def reset_demo(asked: argparse.Namespace) -> Answer:
    from lib.launch import demo
    from lib.store import open_database

    with open_database() as db:
        demo.reset(db, _now())
    return {"reset": True}


def backup(asked: argparse.Namespace) -> Answer:
    from lib.store import open_database
    from lib.store.backup import write_backup

    with open_database() as db:
        try:
            rows = write_backup(db, Path(asked.file))
        except FileExistsError as exists:
            raise Refused(f"{asked.file} is there already; name a new file") from exists
    return {"file": asked.file, "tables": rows}


def worker(asked: argparse.Namespace) -> None:
    import signal
    import threading

    from lib.launch.worker import Worker

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    Worker().run(stop)


def warm(asked: argparse.Namespace) -> None:
    import lib.market

    lib.market.warm()


def bench(asked: argparse.Namespace) -> Answer | None:
    from tests.benchmarks import measure

    rows = measure(asked.only or "")
    if asked.json:
        return rows
    for row in rows:
        mark = {True: "met", False: "NOT MET", None: ""}[row["met"]]
        print(
            f"{row['name']:<58} {row['value']:>12.4g} {row['unit']:<14} target {row['target']!s:<10} {mark:<8}"
            f" {row['yardstick']}"
        )
    return None


def validate(asked: argparse.Namespace) -> Answer | None:
    from tests.validation import report

    return report(Path(asked.out) if asked.out else None)
