"""Who may import whom. The rule keeps the simulator pure and Streamlit in one place."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ORDER = ["catalog", "ads", "chats", "launch", "metrics", "whatif"]
BASE = {"store", "money"}
ALLOWED = {
    "money": set(),
    "market": {"money"},
    "store": {"money", "market"},  # the assumptions file is read here and parsed there
    **{name: BASE | {"market"} | set(ORDER[:place]) for place, name in enumerate(ORDER)},
}
EVERYTHING = {*ORDER, *BASE, "market", "ui", "cli"}


def python_files():
    return [p for folder in ("lib", "pages") for p in (ROOT / folder).rglob("*.py")] + [ROOT / "app.py"]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "lib":
                yield from (f"lib.{alias.name}" for alias in node.names)
            else:
                yield node.module


def part_of(path):
    relative = path.relative_to(ROOT / "lib").parts
    return relative[0].removesuffix(".py")


@pytest.mark.parametrize(
    "path", [p for p in python_files() if p.is_relative_to(ROOT / "lib")], ids=lambda p: str(p.relative_to(ROOT))
)
def test_a_lib_module_imports_only_what_lies_below_it(path):
    part = part_of(path)
    allowed = ALLOWED.get(part, EVERYTHING) | {part}
    used = {name.split(".")[1] for name in imports(path) if name.startswith("lib.")}
    assert used <= allowed, f"{part} must not import {sorted(used - allowed)}"


def test_streamlit_and_plotly_stay_in_the_ui():
    outside = [
        p for p in python_files() if p.is_relative_to(ROOT / "lib") and not p.is_relative_to(ROOT / "lib" / "ui")
    ]
    offenders = [p for p in outside for name in imports(p) if name.split(".")[0] in {"streamlit", "plotly"}]
    assert offenders == []


def test_one_sqlite_library_in_the_process():
    offenders = [p for p in python_files() for name in imports(p) if name.split(".")[0] in {"sqlite3", "pysqlite3"}]
    assert offenders == []


def test_pages_hold_no_markup_and_no_sql():
    for page in (ROOT / "pages").glob("*.py"):
        text = page.read_text(encoding="utf-8")
        for word in ("unsafe_allow_html", "st.html", "SELECT ", "open_database(", "import requests"):
            assert word not in text, f"{page.name}: {word}"


def test_importing_the_library_touches_nothing(tmp_path):
    modules = sorted(
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for p in (ROOT / "lib").rglob("*.py")
        if "ui" not in p.parts and p.name != "__main__.py"
    )
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + "\n".join(f"import {m}" for m in modules)
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        check=True,
        env={"STUDIO_DB": str(tmp_path / "no.db"), "PATH": "/usr/bin"},
    )
    assert list(tmp_path.iterdir()) == []
