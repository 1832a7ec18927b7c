"""A product file to items: told by its header which format it is, read with limits, every row accounted for."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from types import ModuleType
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from lib.catalog.homes import HOMES, NOWHERE
from lib.catalog.model import Frozen, Item
from lib.catalog.readers import delimited, feed, google_xml, shopify, woocommerce
from lib.catalog.readers.decoding import check_bytes, decode, has_bom
from lib.catalog.readers.prices import BadPrice, candidates, read_price
from lib.catalog.readers.rows import Problem, Reading, Refused, Row, shown
from lib.money import CURRENCIES

# The more telling headers first.
READERS: tuple[ModuleType, ...] = (shopify, woocommerce, feed)
MOST_LISTED = 5_000


class Parsed(Frozen):
    """rows_read = accepted + skipped rows + rejected rows. Only the first MOST_LISTED problems are listed."""

    outcome: Literal["parsed"] = "parsed"
    format: str
    encoding: str
    currency: str
    rows_read: int
    accepted: int
    skipped: dict[str, int]
    rejected_rows: int
    rejected: tuple[Problem, ...]
    changes: dict[str, int]
    items: tuple[Item, ...]


class CurrencyNeeded(Frozen):
    """The file does not say which currency its prices are in, or not in every row; candidates are those it names."""

    outcome: Literal["currency_needed"] = "currency_needed"
    format: str
    rows_read: int
    candidates: tuple[str, ...]


class Unreadable(Frozen):
    """Nothing of the file can be read: why, what to say about it, and the header when there is one."""

    outcome: Literal["unreadable"] = "unreadable"
    code: str
    params: dict[str, Any] = Field(default_factory=dict)
    header: tuple[str, ...] = ()


Outcome = Annotated[Parsed | CurrencyNeeded | Unreadable, Field(discriminator="outcome")]


def parse(
    data: bytes,
    *,
    now: datetime,
    currency: str | None = None,
    encoding: str | None = None,
    timezone: str | None = None,
) -> Parsed | CurrencyNeeded | Unreadable:
    """Never raises on any bytes. The currency given is the shop's: prices that name another are rejected."""
    if currency is not None and currency not in CURRENCIES:
        return Unreadable(code="currency_unknown", params={"currency": shown(currency)})
    try:
        check_bytes(data)
        reader, name, used, rows = _table(data, encoding)
        return _read(reader, name, used, rows, now, currency, timezone)
    except Refused as refused:
        return Unreadable(code=refused.code, params=refused.params, header=tuple(refused.header))


def _table(data: bytes, encoding: str | None) -> tuple[ModuleType, str, str, list[Row]]:
    start = data[:4_096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise Refused("web_page", header=["<html>"])
    if start.startswith(b"<"):
        source: bytes | str = data
        if encoding and not has_bom(data):
            source, encoding = decode(data, encoding)
        return _xml(source, encoding)
    text, used = decode(data, encoding)
    reader, rows = _columns(text)
    return reader, f"{reader.NAME}_csv" if reader is woocommerce else reader.NAME, used, rows


def _xml(source: bytes | str, encoding: str | None) -> tuple[ModuleType, str, str, list[Row]]:
    header, rows = google_xml.read_xml(source)
    if rows and not {"id", "title"} <= set(header) and any(row.cells for row in rows):
        raise Refused("unknown_format", header=_listed(header))
    return feed, "google_xml", encoding or "xml", rows


def _columns(text: str) -> tuple[ModuleType, list[Row]]:
    """The first line, or the one below a line of help or of separator advice, must be a header known to a reader."""
    lines = delimited.split_lines(text)
    best: list[str] = []
    for delimiter in delimited.DELIMITERS:
        first = _first_records(lines, delimiter)
        for place, record in enumerate(first):
            if place and not _introduces(first[place - 1]):
                break
            header = [_column_name(cell) for cell in record.cells]
            reader = next((r for r in READERS if r.recognises(_known(r, header))), None)
            if reader:
                names = [reader.column(name) for name in header]
                complete = text.endswith(("\n", "\r"))
                below = delimited.rows(lines, delimiter, names, record.line - 1 + record.spans, complete)
                helped = [Row(r.line, {}, skipped="help_text") for r in first[:place] if not _is_advice(r)]
                return reader, helped + below
        cells = next((record.cells for record in first if not _introduces(record)), [])
        if len(cells) > len(best):
            best = cells
    if text.lstrip()[:1] in ("[", "{"):  # the first line of JSON may be its bracket alone
        best = [text]
    raise Refused("unknown_format", header=_listed(best or lines[:1]))


def _first_records(lines: list[str], delimiter: str) -> list[delimited.Record]:
    found: list[delimited.Record] = []
    for record in delimited.records(lines[:2_000], delimiter):
        if record.code or len(found) == 3:
            break
        found.append(record)
    return found


def _introduces(record: delimited.Record) -> bool:
    cells = [cell.strip() for cell in record.cells if cell.strip()]
    return _is_advice(record) or (bool(cells) and all(cell.startswith("#") for cell in cells[:3]))


def _is_advice(record: delimited.Record) -> bool:
    return record.text.lower().startswith("sep=")


def _column_name(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").replace("\u00a0", " ").strip().strip("\"'").split()).casefold()


def _known(reader: ModuleType, header: list[str]) -> frozenset[str]:
    return frozenset(reader.column(name) for name in header)


def _listed(header: Sequence[str]) -> list[str]:
    return [shown(cell) for cell in header[:60]]


def _read(
    reader: ModuleType,
    name: str,
    encoding: str,
    rows: list[Row],
    now: datetime,
    currency: str | None,
    timezone: str | None,
) -> Parsed | CurrencyNeeded:
    if currency is None:
        named, unsaid = _currencies(reader, rows)
        if len(named) != 1 or unsaid:
            return CurrencyNeeded(format=name, rows_read=len(rows), candidates=tuple(named))
        currency = named[0]
    zone = ZoneInfo(timezone or HOMES.get(currency, NOWHERE)[1])
    reading = Reading(currency=currency, zone=zone, now=now)
    items = reader.items(rows, reading)
    rejected = sorted((row.problem for row in rows if row.problem), key=lambda problem: problem.line)
    skipped = Counter(row.skipped for row in rows if row.skipped)
    return Parsed(
        format=name,
        encoding=encoding,
        currency=currency,
        rows_read=len(rows),
        accepted=sum(row.open for row in rows),
        skipped=dict(sorted(skipped.items())),
        rejected_rows=len(rejected),
        rejected=tuple(rejected[:MOST_LISTED]),
        changes={code: count for code, count in sorted(reading.changes.items()) if count},
        items=tuple(items),
    )


def _currencies(reader: ModuleType, rows: list[Row]) -> tuple[list[str], bool]:
    """Currencies the prices name or may mean, the commonest first; whether some price leaves it open."""
    named: Counter[str] = Counter()
    possible: Counter[str] = Counter()
    unsaid = False
    for row in rows:
        for column in reader.PRICE_COLUMNS if row.open else ():
            text = row.get(column)
            if not text:
                continue
            try:
                price = read_price(text)
            except BadPrice:
                continue
            if price.currency:
                named[price.currency] += 1
            else:
                unsaid = True
                possible.update(candidates(price))
    return [code for code, _ in named.most_common()] or sorted(possible, key=lambda c: -possible[c]), unsaid
