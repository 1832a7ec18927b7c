"""What the checks found, in words, beside the field they concern."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

import streamlit as st
from babel import Locale

from lib.ads.checks import Check
from lib.ui import format as f
from lib.ui import html, words
from lib.ui.language import _, current, isolate

Trouble = tuple[str, str]


def country_name(code: str) -> str:
    return country_names(current()).get(code, code)


@lru_cache(maxsize=4)
def country_names(language: str) -> dict[str, str]:
    """Country codes with their names, in the order of the language's alphabet as near as plain sorting gets."""
    territories = Locale.parse(language).territories
    names = {c: n for c, n in territories.items() if len(c) == 2 and c.isalpha()}
    return dict(sorted(names.items(), key=lambda pair: pair[1].removeprefix("ال")))


def words_of(check: Check) -> str:
    """The sentence for one check."""
    params = check.params
    filled = {name: _written(name, value) for name, value in params.items()}
    currency = params.get("currency", "")
    for name in ("minimum", "maximum", "price"):
        if isinstance(params.get(f"{name}_minor"), int):
            filled[name] = isolate(f.money(params[f"{name}_minor"], currency))
    return words.say(words.CHECKS, check.code, **filled)


def _written(name: str, value: Any) -> str:
    if isinstance(value, date):
        return f.day(value)
    if isinstance(value, int):
        return f.count(value)
    if name == "placements":
        return _(", ").join(words.say(words.PLACEMENTS, place) for place in value)
    if name == "placement":
        return words.say(words.PLACEMENTS, value)
    if name == "countries":
        return _(", ").join(isolate(country_name(code)) for code in value)
    if isinstance(value, tuple | list):
        return _(", ").join(isolate(str(part)) for part in value)
    return isolate(str(value))


def troubles(checks: Iterable[Check], *fields: str) -> list[Trouble]:
    """(severity, words) of what concerns these fields, errors first."""
    return [(check.severity, words_of(check)) for check in checks if check.field in fields]


def draw(checks: Iterable[Check], *fields: str) -> None:
    """The lines under a field that does not draw them itself."""
    if lines := troubles(checks, *fields):
        st.html(html.render("troubles.html", troubles=lines))
