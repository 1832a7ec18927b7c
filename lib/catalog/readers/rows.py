"""Rows of a file and what became of each: accepted, skipped or rejected, never lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from lib.catalog.model import Frozen
from lib.catalog.readers.prices import BadPrice, minor_of, read_price

EXCERPT = 80
LONGEST_FIELD = 1_000_000


class Refused(Exception):
    """Nothing of the file can be read. The code says why, params what to say about it."""

    def __init__(self, code: str, header: Sequence[str] = (), **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.header = header
        self.params = params


class Problem(Frozen):
    """Why a row is not in the catalog. The line is the first of the row in the file, counted from 1."""

    line: int
    column: str = ""
    code: str
    excerpt: str = ""


@dataclass
class Row:
    line: int
    cells: dict[str, str]
    problem: Problem | None = None
    skipped: str = ""

    def get(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    @property
    def open(self) -> bool:
        return self.problem is None and not self.skipped

    def reject(self, code: str, column: str = "", excerpt: str = "") -> None:
        """The first reason found stays."""
        if self.open:
            self.problem = Problem(line=self.line, column=column, code=code, excerpt=shown(excerpt))

    def skip(self, code: str) -> None:
        if self.open:
            self.skipped = code


@dataclass
class Reading:
    """What a reader knows besides the rows, and what it had to change on the way."""

    currency: str
    zone: ZoneInfo
    now: datetime
    changes: Counter[str] = field(default_factory=Counter)

    def price(self, row: Row, column: str) -> int | None:
        """Minor units of the cell; None when it is empty. A cell that is no price of this currency rejects the row."""
        text = row.get(column)
        if not text:
            return None
        try:
            price = read_price(text)
            minor = minor_of(price, self.currency)
        except BadPrice as bad:
            row.reject(bad.code, column, text)
            return None
        if price.normalised:
            self.changes["price_normalised"] += 1
        return minor


def shown(text: str) -> str:
    """A short printable piece of the file."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * EXCERPT]).split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"
