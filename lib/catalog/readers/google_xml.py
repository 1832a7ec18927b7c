"""RSS and Atom product feeds: the same fields as the feed in columns, with a g: before them."""

from collections.abc import Callable
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from lib.catalog.readers.delimited import MAX_ROWS
from lib.catalog.readers.rows import LONGEST_FIELD, Problem, Refused, Row

DEEPEST = 50
_ITEMS = frozenset({"item", "entry"})
_CARRIERS = frozenset({"rss", "feed", "rdf"})


class _Stop(Exception):
    """The rest can not be read; what was read stays."""


class _Feed:
    """Collects one row an item. Only what lies directly in the item counts; its own text inside is joined."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.root = ""
        self.header: list[str] = []
        self.line: Callable[[], int] = lambda: 0
        self._depth = 0
        self._item_depth = 0
        self._row: Row | None = None
        self._field = ""
        self._text: list[str] = []
        self._length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Stop("xml_too_deep")
        name = _name(tag)
        if self._depth == 1:
            self.root = name
            if name not in _CARRIERS:
                raise _Stop("unknown")
        if self._row is None:
            if name in _ITEMS:
                self._begin()
        elif self._depth == self._item_depth + 1:
            self._field, self._text, self._length = name, [], 0
            if name == "link" and attributes.get("rel", "alternate") == "alternate":
                self._text.append(attributes.get("href", ""))

    def data(self, text: str) -> None:
        if self._row is not None and self._field:
            self._length += len(text)
            if self._length > LONGEST_FIELD:
                self._row.reject("field_too_long", self._field, "".join(self._text[:1]))
            else:
                self._text.append(text)

    def end(self, tag: str) -> None:
        if self._row is not None and self._depth == self._item_depth:
            self._row = None
        elif self._row is not None and self._depth == self._item_depth + 1:
            self._keep(self._field, "".join(self._text).strip())
            self._field = ""
        self._depth -= 1

    def close(self) -> None:
        return None

    def stop(self, code: str, line: int) -> None:
        """The item being read is rejected; without one, the place is noted as a row that could not be read."""
        if self._row is None:
            self._row = Row(line, {})
            self.rows.append(self._row)
        self._row.problem = Problem(line=self._row.line, code=code, excerpt=self._row.get("title"))

    def _begin(self) -> None:
        if len(self.rows) >= MAX_ROWS:
            raise Refused("too_many_rows", limit=MAX_ROWS)
        self._row = Row(self.line(), {})
        self._item_depth = self._depth
        self._field = ""
        self.rows.append(self._row)

    def _keep(self, name: str, text: str) -> None:
        if not text or self._row is None:
            return
        if name not in self.header:
            self.header.append(name)
        cells = self._row.cells
        if name == "additional_image_link" and name in cells:
            cells[name] += f",{text}"
        elif name not in cells:
            cells[name] = text


def _name(tag: str) -> str:
    local = tag.rsplit("}", 1)[-1].lower()
    return {"summary": "description", "content": "description"}.get(local, local)


def read_xml(source: bytes | str) -> tuple[list[str], list[Row]]:
    """Field names and rows. Raises Refused: xml_doctype, unknown_format, too_many_rows."""
    feed = _Feed()
    parser: Any = DefusedXMLParser(target=feed, forbid_dtd=True)
    feed.line = lambda: parser.parser.CurrentLineNumber
    size = 1 << 16
    try:
        for at in range(0, len(source), size):
            parser.feed(source[at : at + size])
        parser.close()
    except DefusedXmlException:
        raise Refused("xml_doctype", line=feed.line()) from None
    except _Stop as stop:
        if str(stop) == "unknown":
            raise Refused("unknown_format", header=[f"<{feed.root}>"]) from None
        feed.stop(str(stop), feed.line())
    except (ParseError, ValueError) as error:
        if not feed.root:
            raise Refused("unknown_format", header=[]) from None
        feed.stop("xml_broken", getattr(error, "position", (feed.line(), 0))[0])
    return feed.header, feed.rows
