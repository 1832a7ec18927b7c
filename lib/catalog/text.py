"""Text of feeds: cleaned for keeping, HTML to plain text, folded for searching."""

import html
import re
import unicodedata

LONGEST_HTML = 200_000

# Marks that turn the reading direction of what follows, and invisible ones. Joiners stay: scripts and emoji need them.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACES = re.compile(r"[^\S\n]+")

_TAG = re.compile(r"""</?([a-zA-Z][a-zA-Z0-9]*)(?>[^>"']+|"[^"]*"|'[^']*')*+>""")
_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre"
    " section table tbody td tfoot th thead tr ul".split()
)
_UNREAD = frozenset({"script", "style", "template", "noscript", "iframe", "svg", "head"})


def clean_line(text: str) -> str:
    """One line of shown text: composed, no control, direction or invisible characters, single spaces."""
    return " ".join(_tidy(text).split())


def clean_text(text: str) -> str:
    """Several lines of shown text, at most one empty line between two."""
    lines = (_SPACES.sub(" ", line).strip() for line in _tidy(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _tidy(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\u2028", "\n")
    text = _INVISIBLE.sub("", text.replace("\u2029", "\n"))
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def looks_like_html(text: str) -> bool:
    if "<" not in text and "&" not in text:
        return False
    return bool(re.search(r"<(?:[a-zA-Z/!])[^<>]{0,2000}>|&(?:[a-zA-Z]{2,10}|#\d{1,6}|#x[0-9a-fA-F]{1,6});", text))


def plain_text(text: str) -> str:
    """The readable text of a description that may be HTML. Never raises; time grows with length only."""
    text = text[:LONGEST_HTML]
    if not looks_like_html(text):
        return clean_text(text)
    return clean_text("".join(_readable(text)))


def _readable(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    lower = text.lower() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)
    while (opening := text.find("<", at)) >= 0:
        parts.append(html.unescape(text[at:opening]))
        at, written = _after_tag(text, lower, opening)
        parts.append(written)
    parts.append(html.unescape(text[at:]))
    return parts


def _after_tag(text: str, lower: str, opening: int) -> tuple[int, str]:
    if text.startswith("<!--", opening):
        closing = text.find("-->", opening)
        return (closing + 3 if closing >= 0 else len(text)), ""
    # a tag longer than this is not a tag; the window also keeps broken markup from costing quadratic time
    tag = _TAG.match(text, opening, opening + 4_000)
    if not tag:
        if text.startswith("<!", opening) and (closing := text.find(">", opening, opening + 4_000)) >= 0:
            return closing + 1, ""
        return opening + 1, "<"
    name = tag.group(1).lower()
    if name in _UNREAD and not tag.group().startswith("</"):
        closing = lower.find(f"</{name}", tag.end())
        end = text.find(">", closing) if closing >= 0 else -1
        return (end + 1 if end >= 0 else len(text)), " "
    if name == "li" and not tag.group().startswith("</"):
        return tag.end(), "\n• "
    return tag.end(), "\n" if name in _BLOCKS else ""


_HARAKAT = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200c\u200d]")
_LETTERS = str.maketrans(
    {"ى": "ي", "ة": "ه", "ٱ": "ا", "ک": "ك", "ی": "ي", "ە": "ه", "ہ": "ه", "ۀ": "ه", "ڤ": "ف", "ß": "ss"}
)
_WORD = re.compile(r"[^\W_]+")
_ARABIC = re.compile("[\u0621-\u064a]")
# the article with what may stand before it
_ARTICLES = ("وبال", "ولل", "وال", "فال", "بال", "كال", "لل", "ال")


def fold(text: str) -> str:
    """Text as it is compared: letter forms, marks, digits and case that people mix become one."""
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    text = unicodedata.normalize("NFC", _HARAKAT.sub("", text)).translate(_LETTERS)
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def without_article(word: str) -> str | None:
    """An Arabic word without the article and what is attached before it; None when there is none to take off."""
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 2 and _ARABIC.search(word):
            return word[len(article) :]
    return None


def without_letter(word: str) -> str | None:
    """An Arabic word without one attached letter (and, by, for, like, so); a guess, for it may be part of the word."""
    if len(word) >= 4 and word[0] in "وبلفك" and _ARABIC.fullmatch(word[1]):
        return word[1:]
    return None
