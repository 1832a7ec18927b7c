"""How long an edit takes from the widget's event to the redrawn preview and forecast, in a real browser."""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, serve, settled, stop
from tests.browser.find_browser import find

EDITS = 20
TARGET_MS = 300
YARDSTICK = "median of 20 edits, from the widget's event to the next painted frame"

_WAIT = """([edit, drawn, before]) => {
  const last = (name) => performance.getEntriesByName(name).at(-1)?.startTime ?? 0;
  return last(edit) > before && last(drawn) > last(edit);
}"""
_TAKEN = """([edit, drawn]) => {
  const last = (name) => performance.getEntriesByName(name).at(-1).startTime;
  return last(drawn) - last(edit);
}"""


def edit_latency() -> list[dict[str, Any]]:
    """One row for words (preview redrawn) and one for money (forecast redrawn)."""
    with tempfile.TemporaryDirectory() as folder:
        process, studio = serve(Path(folder))
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(studio.address("/catalog", lang="en"))
                settled(page)
                page.get_by_role("button", name="Advertise").first.click()
                page.wait_for_url("**/create?**")
                settled(page)
                rows = [_row("edit_to_preview", _words(page)), _row("edit_to_forecast", _money(page))]
                browser.close()
        finally:
            stop(process)
    return rows


def _words(page: Page) -> list[float]:
    field = page.get_by_label("Headline", exact=True)
    return [_timed(page, "studio-preview", lambda i=i: field.fill(f"Headline number {i}")) for i in range(EDITS + 2)]


def _money(page: Page) -> list[float]:
    lever = page.get_by_role("slider", name="Each day")
    lever.focus()
    # there and back between amounts never asked before: nothing comes from a memory of the same scenario
    return [_timed(page, "studio-forecast", lambda: page.keyboard.press("ArrowRight")) for _i in range(EDITS // 2)] + [
        _timed(page, "studio-forecast", lambda i=i: page.get_by_label("Exact amount").fill(f"{21 + i}"))
        for i in range(EDITS // 2 + 2)
    ]


def _timed(page: Page, drawn: str, edit: Any) -> float:
    marks = ["studio-edit", drawn]
    before = page.evaluate("performance.now()")
    edit()
    page.wait_for_function(_WAIT, arg=[*marks, before], timeout=10_000)
    page.wait_for_timeout(250)
    return page.evaluate(_TAKEN, marks)


def _row(name: str, taken: list[float]) -> dict[str, Any]:
    """The first two are warming up."""
    value = statistics.median(taken[-EDITS:])
    return {
        "name": name,
        "value": round(value, 1),
        "unit": "ms",
        "yardstick": YARDSTICK,
        "target": TARGET_MS,
        "met": value < TARGET_MS,
    }


if __name__ == "__main__":
    for row in edit_latency():
        print(row)
