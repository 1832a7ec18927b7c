"""The what-if page: from the lever's event to the redrawn answer, the best plan against every plan, the report."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from lib.ads.writer import draft_from_item
from lib.catalog import samples
from lib.catalog.items import all_items
from lib.catalog.shops import get_shop
from lib.store import open_database
from lib.whatif.case import Case, case_from_draft
from lib.whatif.optimise import Limits, best_plan, choices, score
from lib.whatif.runs import Run, run_of
from tests.browser.conftest import FLAGS, serve, settled, stop
from tests.browser.find_browser import find

MOVES = 18
PLANS = 10_000
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

_WAIT = """([edit, drawn, before]) => {
  const last = (name) => performance.getEntriesByName(name).at(-1)?.startTime ?? 0;
  return last(edit) > before && last(drawn) > last(edit);
}"""
_TAKEN = """() => performance.getEntriesByName("studio-answer").at(-1).startTime
  - performance.getEntriesByName("studio-edit").at(-1).startTime"""


def whatif_benchmarks() -> Iterator[dict[str, Any]]:
    yield from lever_rows()
    yield from best_plan_rows()


def _row(name: str, value: float, unit: str, target: float, yardstick: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 2), "unit": unit, "target": target, "yardstick": yardstick,
            "met": value < target}  # fmt: skip


def lever_rows() -> Iterator[dict[str, Any]]:
    """30 days, five pictures on the page; the mark is set when the answer above them was painted."""
    with tempfile.TemporaryDirectory() as folder:
        process, studio = serve(Path(folder))
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
                page = browser.new_page(viewport={"width": 1440, "height": 1800})
                page.goto(studio.address("/what_if", lang="en", shop="larkmere"))
                settled(page)
                taken = _moves(page)
                browser.close()
        finally:
            stop(process)
    yardstick = f"{len(taken)} moves of the price lever, 30 days, five pictures, 300 to 1,000 runs as time allows"
    yield _row("lever_to_answer_p50", statistics.median(taken), "ms", 200, yardstick)
    yield _row("lever_to_answer_p95", sorted(taken)[int(0.95 * len(taken))], "ms", 350, yardstick)


def _moves(page: Page) -> list[float]:
    page.get_by_role("slider", name="How long it runs").focus()
    for _press in range(4):  # 7, 10, 14, 21, 30
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(8000)
    page.get_by_role("slider", name="Price", exact=True).focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(8000)
    taken = []
    for _move in range(MOVES):  # each to a price never asked before
        before = page.evaluate("performance.now()")
        page.keyboard.press("ArrowRight")
        page.wait_for_function(_WAIT, arg=["studio-edit", "studio-answer", before], timeout=20_000)
        taken.append(page.evaluate(_TAKEN))
        page.wait_for_timeout(400)
    return taken[2:]


def _case() -> Case:
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "studio.db") as db:
        samples.load_sample_shops(db, NOW)
        shop = get_shop(db, "larkmere")
        assert shop is not None
        item = max((i for i in all_items(db, shop.id, NOW) if i.price_minor), key=lambda i: i.price_minor or 0)
        return case_from_draft(draft_from_item(shop, item, "en", NOW), item, shop, NOW)


def best_plan_rows() -> Iterator[dict[str, Any]]:
    """The grid is every plan the search may choose from, judged by the same runs."""
    case, limits = _case(), Limits()
    warm: Run = run_of(case, case.base)
    warm.grow(40)
    before = time.perf_counter()
    best = best_plan(case, "profit", limits)
    seconds = time.perf_counter() - before
    plain = case.model_copy(update={"name": "best", "variants": ()})
    options = choices(case, limits)
    plans = list(product(*options.values()))[:PLANS]
    every = [score(plain, case.base.model_copy(update=dict(zip(options, plan, strict=True)))).profit for plan in plans]
    short = 100 * (max(every) - score(plain, best.levers).profit) / abs(max(every))
    yield _row("best_plan", seconds, "s", 2.0, f"{best.tried} plans tried")
    yield _row("best_plan_short_of_grid", short, "%", 1.0, f"every one of {len(plans)} plans tried with the same runs")
