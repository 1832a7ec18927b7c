"""Words in the visitor's language. English in the code is the key; data/locales holds the others."""

import gettext
import io
from functools import cache
from pathlib import Path

import streamlit as st
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parents[2] / "data" / "locales"
LANGUAGES = {"en": "English", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar"})


@cache
def catalog(language: str) -> gettext.NullTranslations:
    """The compiled words of a language; English needs none. Compiling at first use takes some 30 ms."""
    source = LOCALES / language / "LC_MESSAGES" / "studio.po"
    if not source.exists():
        return gettext.NullTranslations()
    with source.open("rb") as file:
        words = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def current() -> str:
    """The visitor's language: what they chose, what the link says, what the browser prefers."""
    chosen = st.session_state.get("language")
    if chosen in LANGUAGES:
        return chosen
    asked = st.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    browser = (st.context.locale or "en").split("-")[0]
    return browser if browser in LANGUAGES else "en"


def is_rtl(language: str | None = None) -> bool:
    return (language or current()) in RIGHT_TO_LEFT


def translate(language: str, text: str, /, **values: object) -> str:
    return _filled(catalog(language).gettext(text), values)


def _(text: str, /, **values: object) -> str:
    """The text in the visitor's language, its {names} filled in."""
    return translate(current(), text, **values)


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """The form of the text that the language uses for n; {n} is the count, already written for the reader."""
    from lib.ui.format import count

    return _filled(catalog(current()).ngettext(one, many, n), {"n": count(n), **values})


def N_(text: str) -> str:
    """Marks a text for translation that is looked up later."""
    return text


def _filled(text: str, values: dict[str, object]) -> str:
    return text.format(**values) if values else text


def isolate(text: str) -> str:
    """Keeps a name or a number together and in its own direction inside a sentence of the other."""
    return f"\u2068{text}\u2069"
