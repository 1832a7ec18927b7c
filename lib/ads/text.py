"""Text as readers see it: counted and cut in graphemes, searched for what should not be in it."""

import unicodedata

import regex

ELLIPSIS = "…"
MARKS_ON_A_LETTER = 4  # written Arabic and Hebrew need three; beyond that somebody is stacking them for effect

_DIRECTION = regex.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = regex.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_INVISIBLE = regex.compile("[\u00ad\u200b\u200e\u200f\u2028\u2029\u2060-\u2064\ufeff]")
_STACKED = regex.compile(rf"\p{{M}}{{{MARKS_ON_A_LETTER + 1},}}")
_SPACED = regex.compile(r"\s+")


def graphemes(text: str) -> list[str]:
    return regex.findall(r"\X", text)


def length(text: str) -> int:
    """Characters as a person counts them. A mark stacked beyond reason counts as a character of its own."""
    return sum(1 if not _STACKED.search(g) else len(g) for g in graphemes(text))


def cut(text: str, limit: int) -> tuple[str, bool]:
    """At most `limit` graphemes, preferably up to the end of a word, and whether anything was cut off."""
    parts = graphemes(text)
    if len(parts) <= limit:
        return text, False
    head = "".join(parts[:limit])
    words = _SPACED.split(head)
    ended = parts[limit].isspace()
    if not ended and len(words) > 1 and len(words[-1]) <= max(12, limit // 3):
        head = head[: len(head) - len(words[-1])]
    return head.rstrip(), True


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` graphemes, with an ellipsis where something is missing."""
    if len(graphemes(text)) <= limit:
        return text
    return cut(text, max(limit - 1, 0))[0].rstrip(" ,.;:،؛-–—") + ELLIPSIS


def direction_marks(text: str) -> tuple[str, ...]:
    """Characters that turn the reading direction of what follows, as U+202E."""
    return _named(_DIRECTION.findall(text))


def control_characters(text: str) -> tuple[str, ...]:
    return _named(_CONTROL.findall(text))


def invisible_characters(text: str) -> tuple[str, ...]:
    """Joiners are not among them: Persian and emoji need those."""
    return _named(_INVISIBLE.findall(text))


def stacked_marks(text: str) -> bool:
    return _STACKED.search(unicodedata.normalize("NFC", text)) is not None


def _named(found: list[str]) -> tuple[str, ...]:
    return tuple(f"U+{ord(c):04X}" for c in sorted(set(found)))
