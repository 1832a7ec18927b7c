"""Secrets that do not show: not printed, not pickled, and taken out of every text that leaves the program."""

import logging
import re
from urllib.parse import quote

_PATTERN = re.compile(
    r"""(access_token(?:=|%3D|["']?\s*[:=]\s*["']?)|appsecret_proof=|input_token=|Bearer\s+|OAuth\s+)[^&\s"',;)\]}]+"""
    r"|EAA[A-Za-z0-9]{15,}"
)
_known: set[str] = set()
_SHORTEST = 8
HIDDEN = "[hidden]"


class Secret:
    """A token. Its text is had by asking for it and in no other way."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text
        if len(text) >= _SHORTEST:
            _known.update({text, quote(text, safe="")})

    def reveal(self) -> str:
        return self._text

    @property
    def ending(self) -> str:
        """The last four characters, enough to tell two tokens apart."""
        return self._text[-4:] if len(self._text) >= 2 * _SHORTEST else ""

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"Secret(…{self.ending})"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret does not travel")


def redact(text: str) -> str:
    """The text without anything that is a secret of this process or looks like a token."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _PATTERN.sub(lambda found: f"{found.group(1) or ''}{HIDDEN}", text)


class RedactingFormatter(logging.Formatter):
    """A formatter, not a filter: it sees tracebacks, and the messages of every child logger."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record))


def protect_logging() -> None:
    """Puts the redacting formatter on every handler there is. Call it again after handlers were added."""
    loggers = [logging.getLogger(), *(x for x in logging.Logger.manager.loggerDict.values() if hasattr(x, "handlers"))]
    handlers = {handler for logger in loggers for handler in logger.handlers}
    if logging.lastResort is not None:
        handlers.add(logging.lastResort)
    for handler in handlers:
        if not isinstance(handler.formatter, RedactingFormatter):
            handler.setFormatter(RedactingFormatter(handler.formatter or logging.Formatter()))
