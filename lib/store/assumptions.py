"""The assumptions that ship with the program."""

from functools import cache
from pathlib import Path

from lib.market.assumptions import Assumptions, parse

_FILE = Path(__file__).resolve().parents[2] / "data" / "assumptions.csv"


@cache
def load_assumptions() -> Assumptions:
    """data/assumptions.csv, read and checked once a process. Raises lib.market.assumptions.BadAssumption."""
    return parse(_FILE.read_text(encoding="utf-8"))
