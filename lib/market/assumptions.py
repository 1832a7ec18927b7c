"""What the simulator believes: every number with its range, its source and how much that source is worth.

An `Assumptions` value is immutable. Readers ask by key and by what they know of the case:

    assumptions.value("base_cpm_usd", country="EG")
    assumptions.row("message_price_usd.marketing", country="EG", on="2026-11-22").high
    assumptions.override("link_ctr", 0.02).overrides         # (("link_ctr", 0.02),)

The most specific row wins: a row whose country, placement or month is blank stands for all of them, and among dated
rows the latest one in force on the day `on` does. An engine takes the rows it needs once per scenario and turns them
into plain arrays:

    table = draw_table([assumptions.row("link_ctr"), ...])   # kind, value, low, high, stream

Laws of a draw (u uniform on (0, 1), `draw` below is the reference):

    fixed        value; low and high only tell how sure it is
    uniform      low + (high - low) u
    triangular   the triangle low, value (mode), high
    lognormal    normal on the log scale, cut at 1.96 sd: one half below value, the median, with the spread that
                 ends at low, one half above it with the spread that ends at high
    logitnormal  the same on the scale of log odds, for shares

No draw leaves low..high.
"""

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

PLACEMENTS = (
    "facebook_feed",
    "instagram_feed",
    "facebook_story",
    "instagram_story",
    "facebook_reels",
    "instagram_reels",
)
KINDS = ("fixed", "uniform", "triangular", "lognormal", "logitnormal")
SOLID = ("solid", "weak", "judgement")
ROLES = ("engine", "shop")
CUT = 1.959963984540054  # standard deviations at which the two-sided laws are cut: 95 % of the normal
COLUMNS = (
    "key country placement month since value low high distribution unit role year population source solid note".split()
)

# What a value in the unit can be at all, whatever anybody believes.
UNIT_BOUNDS = {
    "share": (0.0, 1.0),
    "factor": (0.0, 100.0),
    "log": (0.0, 5.0),
    "exponent": (-3.0, 0.0),
    "count": (0.0, 1e6),
    "count per day": (0.0, 1e4),
    "count per month": (0.0, 1e9),
    "people": (1.0, 8e9),
    "years": (0.0, 120.0),
    "days": (0.0, 400.0),
    "hours": (0.0, 10_000.0),
    "minutes": (0.01, 100_000.0),
    "seconds": (0.0, 1e6),
    "per minute": (0.0, 10.0),
    "USD per 1,000 impressions": (0.001, 1_000.0),
    "USD per message": (0.0, 10.0),
    "USD per hour": (0.0, 1_000.0),
    "USD per order": (0.0, 10_000.0),
    "units per USD": (1e-6, 1e9),
}

Kind = Literal["fixed", "uniform", "triangular", "lognormal", "logitnormal"]


class BadAssumption(ValueError):
    """A row, or a value given in its place, can not be used. `line` is 0 when it did not come from a file."""

    def __init__(self, line: int, column: str, reason: str) -> None:
        super().__init__(f"line {line}, column {column}: {reason}")
        self.line, self.column, self.reason = line, column, reason


class UnknownAssumption(KeyError):
    """Nothing is assumed under this key for this case."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One row. `month` is 0 for all months, `since` an ISO date or "" for always.

    `filed` is the row that a user's own value replaced.
    """

    key: str
    country: str
    placement: str
    month: int
    since: str
    value: float
    low: float
    high: float
    distribution: Kind
    unit: str
    role: Literal["engine", "shop"]
    year: str
    population: str
    source: str
    solid: Literal["solid", "weak", "judgement"]
    note: str
    line: int
    filed: "Assumption | None" = None

    @property
    def id(self) -> str:
        case = [self.country, self.placement, str(self.month or ""), self.since]
        named = ",".join(part for part in case if part)
        return f"{self.key}[{named}]" if named else self.key

    @property
    def overridden(self) -> bool:
        return self.filed is not None


@dataclass(frozen=True, slots=True)
class DrawTable:
    """Rows as flat arrays for compiled code, in the order asked for.

    `kind` indexes KINDS; `stream` is a number made of the row's id alone, so that luck keyed by it does not move when
    rows are added, reordered or overridden.
    """

    ids: tuple[str, ...]
    kind: NDArray[np.int64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    stream: NDArray[np.uint64]


class _Case(NamedTuple):
    country: str
    placement: str
    month: int
    since: str


@dataclass(frozen=True, slots=True, eq=False)
class Assumptions:
    rows: tuple[Assumption, ...]
    _by_key: dict[str, dict[_Case, Assumption]] = field(repr=False)
    _reads: set[str] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, rows: Iterable[Assumption], reads: set[str] | None = None) -> "Assumptions":
        rows = tuple(rows)
        by_key: dict[str, dict[_Case, Assumption]] = {}
        for row in rows:
            case = _Case(row.country, row.placement, row.month, row.since)
            if case in by_key.setdefault(row.key, {}):
                raise BadAssumption(row.line, "key", f"{row.id} stands twice")
            by_key[row.key][case] = row
        return cls(rows, by_key, reads)

    def row(self, key: str, *, country: str = "", placement: str = "", month: int = 0, on: str = "") -> Assumption:
        """The most specific row for the case. `on` is an ISO date, needed where the key has dated rows.

        Raises UnknownAssumption.
        """
        known = self._by_key.get(key)
        if known is None:
            raise UnknownAssumption(key)
        if not on and any(case.since for case in known):
            raise UnknownAssumption(f"{key} depends on the date")
        fitting = [
            case
            for case in known
            if case.country in ("", country)
            and case.placement in ("", placement)
            and case.month in (0, month)
            and case.since <= on
        ]
        if not fitting:
            raise UnknownAssumption(f"{key} for country={country!r} placement={placement!r} month={month} on={on!r}")
        best = known[max(fitting, key=lambda c: (bool(c.country), bool(c.placement), bool(c.month), c.since))]
        if self._reads is not None:
            self._reads.add(best.id)
        return best

    def value(self, key: str, *, country: str = "", placement: str = "", month: int = 0, on: str = "") -> float:
        return self.row(key, country=country, placement=placement, month=month, on=on).value

    def keys(self) -> tuple[str, ...]:
        return tuple(self._by_key)

    def override(
        self, key: str, value: float, *, country: str = "", placement: str = "", month: int = 0, since: str = ""
    ) -> "Assumptions":
        """A copy in which the user's value stands, drawn no more. Where no row is that specific, one is made.

        Raises UnknownAssumption for a key nothing is known about, BadAssumption for a value its unit forbids.
        """
        case = _Case(country, placement, month, since)
        known = self._by_key.get(key)
        if known is None:
            raise UnknownAssumption(key)
        filed = known.get(case)
        if filed is None:
            nearest = self.row(key, country=country, placement=placement, month=month, on=since or "9999-12-31")
            filed = replace(nearest, country=country, placement=placement, month=month, since=since)
        _check_bounds(0, "value", filed.unit, value)
        value = float(value)
        mine = replace(
            filed, value=value, low=value, high=value, distribution="fixed", filed=filed.filed or filed, line=0
        )
        rest = [row for row in self.rows if row.id != mine.id]
        return Assumptions.of([*rest, mine], self._reads)

    def with_overrides(self, pairs: Iterable[tuple[str, float]]) -> "Assumptions":
        """`override` for pairs of a row's id ("base_cpm_usd[EG]") and a value, as scenarios carry them."""
        changed = self
        for row_id, value in pairs:
            key, case = _parse_id(row_id)
            changed = changed.override(key, value, **case._asdict())
        return changed

    @property
    def overrides(self) -> tuple[tuple[str, float], ...]:
        return tuple(sorted((row.id, row.value) for row in self.rows if row.overridden))

    def watched(self) -> "Assumptions":
        """A copy that remembers which rows were read, its overridden copies included: see `read_ids`."""
        return Assumptions(self.rows, self._by_key, set())

    @property
    def read_ids(self) -> frozenset[str]:
        return frozenset(self._reads or ())

    def digest(self) -> str:
        """Names what an engine can see of the rows; sources and notes do not change it."""
        seen = sorted((r.id, r.distribution, r.value.hex(), r.low.hex(), r.high.hex()) for r in self.rows)
        return hashlib.sha256(repr(seen).encode()).hexdigest()


def draw(row: Assumption, u: float) -> float:
    """The value at probability u, 0 < u < 1. The reference for compiled code, not its twin to the last bit."""
    low, mid, high = row.low, row.value, row.high
    if row.distribution == "fixed" or low == high:
        return mid
    if row.distribution == "uniform":
        return low + (high - low) * u
    if row.distribution == "triangular":
        if u * (high - low) < mid - low:
            return low + math.sqrt(u * (high - low) * (mid - low))
        return high - math.sqrt((1 - u) * (high - low) * (high - mid))
    z = NormalDist().inv_cdf(0.025 + 0.95 * u) / CUT
    if row.distribution == "lognormal":
        return mid * ((high / mid) ** z if z > 0 else (mid / low) ** z)
    odds, low, high = mid / (1 - mid), low / (1 - low), high / (1 - high)
    odds *= (high / odds) ** z if z > 0 else (odds / low) ** z
    return odds / (1 + odds)


def draw_table(rows: Sequence[Assumption]) -> DrawTable:
    return DrawTable(
        ids=tuple(row.id for row in rows),
        kind=np.array([KINDS.index(row.distribution) for row in rows], np.int64),
        value=np.array([row.value for row in rows], np.float64),
        low=np.array([row.low for row in rows], np.float64),
        high=np.array([row.high for row in rows], np.float64),
        stream=np.array([_fnv1a(row.id) for row in rows], np.uint64),
    )


def parse(text: str) -> Assumptions:
    """Rows of a CSV with the header COLUMNS. Raises BadAssumption, which names the line and the column."""
    reader = csv.reader(io.StringIO(text), strict=True)
    header = next(reader, [])
    if header != COLUMNS:
        wrong = next((have for have, want in zip(header, COLUMNS, strict=False) if have != want), "header")
        raise BadAssumption(1, wrong, f"the header must be {','.join(COLUMNS)}")
    rows = []
    for cells in reader:
        if len(cells) != len(COLUMNS):
            raise BadAssumption(reader.line_num, COLUMNS[min(len(cells), len(COLUMNS)) - 1], f"{len(cells)} cells")
        rows.append(_parse_row(reader.line_num, dict(zip(COLUMNS, cells, strict=True))))
    return Assumptions.of(rows)


_PATTERNS = {
    "key": re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)?"),
    "country": re.compile(r"([A-Z]{2})?"),
    "placement": re.compile(rf"({'|'.join(PLACEMENTS)})?"),
    "month": re.compile(r"([1-9]|1[0-2])?"),
    "since": re.compile(r"(20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?"),
    "distribution": re.compile("|".join(KINDS)),
    "role": re.compile("|".join(ROLES)),
    "year": re.compile(r"(19|20)\d\d(-(19|20)\d\d)?"),
    "source": re.compile(r"\S.*"),
    "solid": re.compile("|".join(SOLID)),
}


def _parse_row(line: int, cells: dict[str, str]) -> Assumption:
    for column, pattern in _PATTERNS.items():
        if not pattern.fullmatch(cells[column]):
            raise BadAssumption(line, column, f"{cells[column]!r} is not allowed here")
    numbers = {column: _number(line, column, cells) for column in ("value", "low", "high")}
    for column in ("low", "high"):
        outside = numbers["value"] < numbers["low"] if column == "low" else numbers["value"] > numbers["high"]
        if outside:
            raise BadAssumption(line, column, f"the value {numbers['value']} lies outside")
    _check_law(line, cells["distribution"], numbers)
    if cells["source"].startswith("judgement") != (cells["solid"] == "judgement"):
        raise BadAssumption(line, "solid", "judgement is a source, and a source that is judgement is no better")
    return Assumption(**{**cells, **numbers, "month": int(cells["month"] or 0), "line": line})


def _number(line: int, column: str, cells: dict[str, str]) -> float:
    try:
        number = float(cells[column])
    except ValueError:
        raise BadAssumption(line, column, f"{cells[column]!r} is not a number") from None
    _check_bounds(line, column, cells["unit"], number)
    return number


def _check_bounds(line: int, column: str, unit: str, number: float) -> None:
    if unit not in UNIT_BOUNDS:
        raise BadAssumption(line, "unit", f"{unit!r} is not a known unit")
    least, most = UNIT_BOUNDS[unit]
    if not least <= number <= most:
        raise BadAssumption(line, column, f"{number} is not between {least:g} and {most:g} ({unit})")


def _check_law(line: int, distribution: str, numbers: dict[str, float]) -> None:
    if distribution in ("lognormal", "logitnormal") and numbers["low"] <= 0:
        raise BadAssumption(line, "low", f"{distribution} needs a low above 0")
    if distribution == "logitnormal" and numbers["high"] >= 1:
        raise BadAssumption(line, "high", "logitnormal needs a high below 1")


def _parse_id(row_id: str) -> tuple[str, _Case]:
    key, _, rest = row_id.partition("[")
    case = {"country": "", "placement": "", "month": "", "since": ""}
    for part in filter(None, rest.removesuffix("]").split(",")):
        column = next((name for name in case if _PATTERNS[name].fullmatch(part)), None)
        if column is None or case[column]:
            raise UnknownAssumption(row_id)
        case[column] = part
    return key, _Case(case["country"], case["placement"], int(case["month"] or 0), case["since"])


def _fnv1a(text: str) -> int:
    state = 0xCBF29CE484222325
    for byte in text.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return state
