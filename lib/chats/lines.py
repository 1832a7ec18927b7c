"""The written library of what customers and shops say, by what they mean."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from lib.store.database import DATA

FOLDER = DATA / "chat_lines"
LANGUAGES = ("en", "ar")

Wordings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Library:
    """`latin` holds the customers' lines in Latin letters, for languages that are also written so."""

    names: tuple[str, ...]
    areas: tuple[str, ...]
    addresses: tuple[str, ...]
    customer: Wordings
    latin: Wordings
    shop: Wordings


@cache
def library(language: str) -> Library:
    """The lines of the language; English for one that has none."""
    known = language if language in LANGUAGES else "en"
    with (FOLDER / f"{known}.toml").open("rb") as file:
        data = tomllib.load(file)
    return Library(
        names=tuple(data["names"]),
        areas=tuple(data["areas"]),
        addresses=tuple(data["addresses"]),
        customer=_wordings(data["customer"]),
        latin=_wordings(data.get("customer_latin", {})),
        shop=_wordings(data["shop"]),
    )


def _wordings(table: dict[str, list[str]]) -> Wordings:
    return {intent: tuple(lines) for intent, lines in table.items()}
