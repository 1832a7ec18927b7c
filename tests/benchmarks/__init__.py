"""Measurements, each beside a yardstick taken in the same run. `python -m lib bench` prints them."""

import importlib
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]

# module: function; each gives rows of name, value, unit, yardstick, target, met
MEASUREMENTS = (
    "tests.benchmarks.market:market_benchmarks",
    "tests.benchmarks.desk:desk_benchmarks",
    "tests.benchmarks.edit_latency:edit_latency",
    "tests.benchmarks.whatif:whatif_benchmarks",
    "tests.benchmarks.inbox:inbox",
)


def measure(only: str = "") -> list[Row]:
    """All rows, or those of the measurements whose place begins with `only` ("desk", "market")."""
    rows: list[Row] = []
    for place in MEASUREMENTS:
        module, _, function = place.partition(":")
        if not module.removeprefix("tests.benchmarks.").startswith(only):
            continue
        found: Row | Iterable[Row] = getattr(importlib.import_module(module), function)()
        rows += [found] if isinstance(found, dict) else list(found)
    return rows
