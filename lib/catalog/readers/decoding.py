"""Bytes of a file to text: never guessed silently."""

import codecs
import re

from lib.catalog.readers.rows import Refused, shown

MAX_BYTES = 100_000_000
# What spreadsheets in our shops' countries write when they do not write UTF-8; offered, never assumed.
OFFERED = ("windows-1256", "windows-1252", "iso-8859-6", "windows-1251", "utf-16")

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ")
_OTHER = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"\xd0\xcf\x11\xe0", b"SQLite format 3", b"RIFF", b"\x7fELF")
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"


def check_bytes(data: bytes) -> None:
    """Raises Refused: too_large, empty, spreadsheet, packed, binary."""
    if len(data) > MAX_BYTES:
        raise Refused("too_large", bytes=len(data), limit=MAX_BYTES)
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Refused("empty")
    if data.startswith(b"PK\x03\x04") and (b"xl/" in data[:4_000_000] or b"[Content_Types].xml" in data[:4_000]):
        raise Refused("spreadsheet")
    if data.startswith(_PACKED):
        raise Refused("packed")
    if data.startswith(_OTHER):
        raise Refused("binary")
    start = data[:8_192]
    if not has_bom(data) and len(start.translate(None, _CONTROLS)) < 0.9 * len(start):
        raise Refused("binary")


def has_bom(data: bytes) -> bool:
    return data.startswith(tuple(bom for bom, _ in _BOMS))


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the name of its encoding: the BOM's, else UTF-8, else the one a person chose.

    A few damaged rows in UTF-8 keep their bad bytes as lone surrogates, for the caller to reject those rows.
    Raises Refused: encoding_unknown (with how the first odd line reads in those offered), encoding_wrong.
    """
    for bom, named in _BOMS:
        if data.startswith(bom):
            return _strict(data, named)
    if encoding:
        return _strict(data, encoding)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if _only_damaged(data, error):
            return data.decode("utf-8", "surrogateescape"), "utf-8"
        raise _unknown(data, error.start) from None


def _strict(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding).removeprefix("\ufeff"), encoding
    except LookupError:
        raise Refused("encoding_wrong", encoding=encoding) from None
    except UnicodeDecodeError as error:
        if error.end == len(data) and encoding.startswith("utf"):  # cut off inside a character
            return data[: error.start].decode(encoding).removeprefix("\ufeff"), encoding
        raise Refused("encoding_wrong", encoding=encoding, line=_line(data, error.start)) from None
    except ValueError:  # a codec that is not for text
        raise Refused("encoding_wrong", encoding=encoding) from None


def _only_damaged(data: bytes, error: UnicodeDecodeError) -> bool:
    if error.reason == "unexpected end of data" and error.end == len(data):
        return True
    foreign = [line for line in re.split(rb"[\r\n]+", data) if not line.isascii()]
    broken = sum(not _is_utf8(line) for line in foreign)
    return broken < len(foreign) and broken <= max(1, 0.1 * len(foreign))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unknown(data: bytes, at: int) -> Refused:
    start = max(data.rfind(b"\n", 0, at), data.rfind(b",", 0, at), data.rfind(b"\t", 0, at), at - 40) + 1
    piece = data[start : at + 60].split(b"\n")[0]
    samples = {}
    for name in OFFERED[:-1]:
        try:
            samples[name] = shown(piece.decode(name))
        except UnicodeDecodeError:
            continue
    return Refused("encoding_unknown", line=_line(data, at), samples=samples)


def _line(data: bytes, at: int) -> int:
    before = data[:at].replace(b"\r\n", b"\n")
    return before.count(b"\n") + before.count(b"\r") + 1
