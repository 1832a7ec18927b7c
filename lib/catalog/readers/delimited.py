"""CSV and its kin, record by record, so that one broken row costs one row."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lib.catalog.readers.rows import LONGEST_FIELD, Problem, Refused, Row, shown

DELIMITERS = (",", "\t", ";", "|", "~")
LONGEST_RECORD = 1_000  # lines
MAX_ROWS = 500_000
# Lines read again after a quote that was never closed; a file that needs more is broken throughout.
MAX_REREAD = 5_000_000

_SURROGATE = re.compile("[\ud800-\udfff]")
_PROTECTED = re.compile(r"^'(?=\s*[=+\-@\t\r\n＝＋－＠])")


@dataclass(frozen=True)
class Record:
    line: int
    cells: list[str]
    code: str = ""  # why it is no record
    text: str = ""
    spans: int = 1  # lines


class _Lines:
    """Feeds the csv reader line by line and stops it inside a record that grows too long."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.lines = lines
        self.at = start
        self.record_start = start

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        if self.at - self.record_start >= LONGEST_RECORD:
            raise csv.Error("record too long")
        self.at += 1
        return self.lines[self.at - 1] + "\n"


def split_lines(text: str) -> list[str]:
    """Lines whatever ends them, without the empty one after the last end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def records(lines: list[str], delimiter: str, width: int = 0, start: int = 0) -> Iterator[Record]:
    """Records from that line on; empty lines between them are passed over.

    With a width, a record that swallowed lines which are records by themselves is taken as a stray quote:
    only its first line is lost.
    """
    csv.field_size_limit(LONGEST_FIELD)
    reread = 0
    while start < len(lines):
        feed = _Lines(lines, start)
        code = ""
        for record in _until_broken(feed, delimiter):
            if record.code or (record.spans > 1 and _swallowed(lines, record, delimiter, width)):
                code = record.code or "quote_open"
                break
            yield record
        if not code:
            return
        begin = feed.record_start
        reread += feed.at - begin
        if reread > MAX_REREAD:
            raise Refused("broken_throughout", line=begin + 1)
        if feed.at >= len(lines) and not any(_fits(line, delimiter, width) for line in lines[begin + 1 :]):
            yield Record(begin + 1, [], code, lines[begin], spans=len(lines) - begin)
            return
        yield Record(begin + 1, [], code, lines[begin])
        start = begin + 1


def _until_broken(feed: _Lines, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        begin = feed.record_start
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(begin + 1, [], _code(str(error)), feed.lines[begin], feed.at - begin)
            return
        if cells:
            yield Record(begin + 1, cells, text=feed.lines[begin], spans=feed.at - begin)
        feed.record_start = feed.at


def _code(error: str) -> str:
    if "field larger" in error:
        return "field_too_long"
    return "quote_inside" if "expected after" in error else "quote_open"


def _swallowed(lines: list[str], record: Record, delimiter: str, width: int) -> bool:
    # short records are too easily met by chance inside a text
    if width < 2 or (width < 5 and len(record.cells) == width):
        return False
    inner = lines[record.line : record.line - 1 + record.spans]
    return any(_fits(line, delimiter, width) for line in inner)


def _fits(line: str, delimiter: str, width: int) -> bool:
    try:
        return len(next(csv.reader([line], delimiter=delimiter, strict=True), [])) == width
    except csv.Error:
        return False


def rows(lines: list[str], delimiter: str, header: list[str], start: int, complete: bool) -> list[Row]:
    """The rows below the header, cells by column name; those that can not be read are rejected already.

    complete: the text ends with a line end, so a short last row is not one cut off.
    """
    found: list[Row] = []
    names = unique_names(header)
    for record in records(lines, delimiter, len(header), start):
        if len(found) >= MAX_ROWS:
            raise Refused("too_many_rows", limit=MAX_ROWS)
        last = record.line - 1 + record.spans >= len(lines)
        found.append(_row(record, names, cut_off=last and not complete))
    return found


def unique_names(header: list[str]) -> list[str]:
    """Column names; a name given before, and a column without one, become empty and are not read."""
    seen: set[str] = set()
    names = []
    for name in header:
        names.append("" if name in seen else name)
        seen.add(name)
    return names


def _row(record: Record, names: list[str], cut_off: bool) -> Row:
    line = record.line
    if record.code:
        return _bad(line, "cut_off" if cut_off and record.code == "quote_open" else record.code, record.text)
    cells = record.cells
    if not any(cell.strip() for cell in cells):
        return Row(line, {}, skipped="empty_row")
    if cells[0].lstrip().startswith("# ") and "|" in cells[0]:
        return Row(line, {}, skipped="help_text")
    if len(cells) < len(names):
        return _bad(line, "cut_off" if cut_off else "too_few_cells", record.text)
    if any(cell.strip() for cell in cells[len(names) :]):
        return _bad(line, "too_many_cells", record.text)
    by_name = {name: _PROTECTED.sub("", cell) for name, cell in zip(names, cells, strict=False) if name}
    for name, cell in by_name.items():
        if "\0" in cell:
            return _bad(line, "nul", cell, name)
        if _SURROGATE.search(cell):
            return _bad(line, "bad_bytes", cell, name)
    return Row(line, by_name)


def _bad(line: int, code: str, text: str, column: str = "") -> Row:
    return Row(line, {}, Problem(line=line, column=column, code=code, excerpt=shown(text)))
