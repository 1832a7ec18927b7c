"""Where the browser for the tests is; with --install it is fetched if there is none.

Order: $CHROME, one on the PATH, Debian's package, Playwright's own download. Otherwise it fails and says so.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find() -> str | None:
    named = os.environ.get("CHROME")
    if named:
        if not shutil.which(named):
            sys.exit(f"CHROME names {named}, and no program is there")
        return named
    return next((path for name in (*NAMES, MAC) if (path := shutil.which(name))), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install() -> str:
    if path := find():
        return path
    if shutil.which("apt-get"):
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*as_root, "apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run([*as_root, "apt-get", "install", "-qq", "-y", "chromium"], check=False, **quiet)
    if path := find():
        return path
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if path := find():
        return path
    sys.exit("No browser for the tests: install Chromium, or name one with CHROME=/path/to/chrome")


if __name__ == "__main__":
    print("browser:", install() if "--install" in sys.argv else find())
