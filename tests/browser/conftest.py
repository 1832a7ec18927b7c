import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser.find_browser import find

ROOT = Path(__file__).resolve().parents[2]
READY = '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@dataclass
class Studio:
    """The real app on a port of its own with a database of its own."""

    url: str
    database: Path
    log: Path

    def address(self, path: str = "/", **query: str) -> str:
        return f"{self.url}{path}" + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def serve(folder: Path, **environment: str) -> tuple[subprocess.Popen, Studio]:
    port, database, log = free_port(), folder / "studio.db", folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "STUDIO_DB": str(database), **environment},
        )
    studio = Studio(f"http://127.0.0.1:{port}", database, log)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{studio.url}/api/health", timeout=2) as answer:
                if answer.status == 200:
                    return process, studio
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    process.kill()
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="session")
def studio(tmp_path_factory) -> Iterator[Studio]:
    process, studio = serve(tmp_path_factory.mktemp("studio"))
    yield studio
    stop(process)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    assert path, "no browser: run `make test`, which installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def settled(page: Page, timeout: float = 30_000) -> None:
    """Waits until the page is connected and its script has run."""
    page.wait_for_selector(READY, timeout=timeout)
    page.wait_for_timeout(150)
    page.wait_for_selector(READY, timeout=timeout)


def _counts(message) -> bool:
    # on a deep link Streamlit first asks below the page's own path, is told 404, and goes on at the root
    return message.type == "error" and "/_stcore/" not in str(message.location.get("url", ""))


def _holds(page: Page, condition: str) -> bool:
    try:
        return bool(page.evaluate(condition))
    except Error:
        # what the condition asks for may not be drawn yet
        return False


def until(page: Page, condition: str, timeout: float = 20) -> None:
    """Waits for a JavaScript condition. Playwright's own way evaluates text in the page, which the policy forbids."""
    deadline = time.monotonic() + timeout
    while not _holds(page, condition):
        if time.monotonic() > deadline:
            raise AssertionError(f"never came true: {condition}")
        page.wait_for_timeout(50)


@pytest.fixture(scope="session")
def contexts(browser) -> Iterator[dict]:
    """One browser profile a kind of visitor, so that the app's files are downloaded once."""
    kept: dict = {}
    yield kept
    for context in kept.values():
        context.close()


@pytest.fixture
def visit(browser, studio, contexts):
    """Opens an address as a visitor of given language, width and theme; complaints of the browser fail the test."""
    pages, complaints = [], []

    def open_page(path="/", *, width=1440, height=900, dark=False, locale="en-US", **query) -> Page:
        kind = (width, height, dark, locale)
        if kind not in contexts:
            contexts[kind] = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                locale=locale,
                has_touch=width < 600,
                reduced_motion="reduce",
            )
        page = contexts[kind].new_page()
        pages.append(page)
        page.complaints = complaints
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(f"{m.text} {m.location}") if _counts(m) else None)
        page.goto(studio.address(path, **query))
        settled(page)
        return page

    yield open_page
    broken = [page.url for page in pages if not page.is_closed() and page.locator(".st-key-breakdown").count()]
    for page in pages:
        page.close()
    assert complaints == []
    assert broken == []
