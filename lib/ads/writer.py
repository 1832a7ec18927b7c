"""An advertisement for an item with everything filled in, so that nobody has to begin with an empty form."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from lib.ads.budgets import usual_daily_minor
from lib.ads.draft import Audience, Budget, Creative, Draft, Language, Schedule, Welcome
from lib.ads.placements import PLACEMENT_IDS
from lib.ads.regions import needs_dsa
from lib.ads.text import length, shorten
from lib.catalog.model import SELLABLE, Item, Picture, Variant
from lib.catalog.shops import Shop
from lib.catalog.text import clean_line
from lib.money import format_money
from lib.store.assumptions import load_assumptions

LANGUAGES: Final[tuple[Language, ...]] = ("ar", "en")
DAYS: Final = 7
_FOLDER: Final = Path(__file__).resolve().parent / "phrases"
_LEAD: Final = range(12, 71)  # graphemes of a first sentence worth quoting
_PRIMARY: Final = 125
_HEADLINE: Final = 40
_DESCRIPTION: Final = 30
_SENTENCE: Final = re.compile(r".+?[.!?؟…](?=\s|$)|.+")
_ARABIC: Final = re.compile("[\u0620-\u064a]")
_LETTER: Final = re.compile(r"[^\W\d_]")


def draft_from_item(shop: Shop, item: Item, language: Language, now: datetime) -> Draft:
    """A finished draft for the item: words, picture, people, budget and days. The same call gives the same draft."""
    item = item.at(now)
    first_day = now.astimezone(ZoneInfo(shop.timezone)).date() + timedelta(days=1)
    dsa = shop.name if needs_dsa((shop.country,)) else ""
    return Draft(
        shop_id=shop.id,
        retailer_id=item.retailer_id,
        name=clean_line(item.title)[:200],
        language=language,
        currency=shop.currency,
        creatives=(write_creative(shop, item, language, "A"),),
        audience=Audience(countries=(shop.country,)),
        budget=Budget(amount_minor=usual_daily_minor(shop.currency, load_assumptions())),
        schedule=Schedule(first_day=first_day, last_day=first_day + timedelta(days=DAYS - 1)),
        placements=PLACEMENT_IDS,
        welcome=write_welcome(shop, item, language),
        dsa_beneficiary=dsa,
        dsa_payor=dsa,
    )


def language_of(shop: Shop) -> Language:
    """The language to write in for the shop's customers; English where the studio does not write theirs."""
    return next((language for language in LANGUAGES if language == shop.language), "en")


def with_second_creative(draft: Draft, shop: Shop, item: Item, now: datetime) -> Draft:
    """The draft with a creative B beside A: other words, and the item's second picture when it has one."""
    second = write_creative(shop, item.at(now), draft.language, "B", turn=1)
    return draft.model_copy(update={"creatives": (*draft.creatives[:1], second)})


def write_creative(shop: Shop, item: Item, language: Language, name: str, turn: int = 0) -> Creative:
    """One advertisement's words and picture; each `turn` gives other words."""
    words = _Words(shop, item, language, turn)
    pictures = _pictures(item)
    picture = pictures[turn % len(pictures)] if pictures else Picture()
    return Creative(
        name=name,
        primary_text=words.fitting(f"primary{words.offer}", _PRIMARY),
        headline=words.fitting(f"headline{words.offer}", _HEADLINE),
        description=words.fitting("description", _DESCRIPTION),
        picture=picture.name,
        picture_url=picture.url,
    )


def write_welcome(shop: Shop, item: Item, language: Language) -> Welcome:
    words = _Words(shop, item, language)
    return Welcome(
        greeting=words.fitting("greeting", 300),
        prefilled=words.fitting("prefilled", 200),
        ice_breakers=words.questions(),
    )


def price_text(minor: int, currency: str, language: str, country: str = "") -> str:
    """The price as people of the language and country write it, without direction marks."""
    try:
        locale = str(Locale.parse(f"{language}_{country}"))
    except (UnknownLocaleError, ValueError):
        locale = language
    return clean_line(format_money(minor, currency, locale)).replace(" ", "\u00a0")


class _Words:
    """The phrases of a language with one item's facts put in."""

    def __init__(self, shop: Shop, item: Item, language: Language, turn: int = 0) -> None:
        self.shop, self.item, self.language, self.turn = shop, item, language, turn
        self.phrases = _phrases(language)
        self.offer = _offer(item)
        # a title is a name inside a sentence: its own full stop would end that sentence
        self.facts = {
            "title": shorten(clean_line(item.title).rstrip(".،,") or item.retailer_id, 80),
            "shop": shorten(clean_line(shop.name), 40),
            **self._prices(),
        }
        self.facts["lead"] = _first_sentence(item, language) or self._filled(self._next("leads"))

    def fitting(self, kind: str, limit: int) -> str:
        """The first phrasing, in this item's order, that fits the limit; else the shortest, cut to it if need be.

        Each turn takes the next one. A primary text is not cut: surfaces do that, and offer to show the rest.
        """
        texts = list(dict.fromkeys(self._filled(template) for template in self._in_turn(kind)))
        fitting = [text for text in texts if length(text) <= limit]
        ordered = fitting + sorted((text for text in texts if text not in fitting), key=length)
        text = ordered[self.turn % len(ordered)]
        return text if kind.startswith("primary") else shorten(text, limit)

    def questions(self) -> tuple[str, ...]:
        special = [f"questions{self.offer}"] if self.offer in ("_sale", "_unpriced") else []
        if len(self.item.variants) > 1:
            special.append("questions_options")
        asked = [self._in_turn(kind)[0] for kind in special]
        return tuple((asked + self._in_turn("questions"))[:3])

    def _next(self, kind: str) -> str:
        texts = self._in_turn(kind)
        return texts[self.turn % len(texts)]

    def _in_turn(self, kind: str) -> list[str]:
        texts = self.phrases[kind]
        start = _number(self.shop.id, self.item.retailer_id, kind) % len(texts)
        return [*texts[start:], *texts[:start]]

    def _prices(self) -> dict[str, str]:
        prices = self.item.price_range_minor
        if prices is None:
            return {"price": "", "was": ""}
        price = self.item.price_minor if self.offer == "_sale" and self.item.price_minor else prices[0]
        return {"price": self._money(price), "was": self._money(self.item.regular_minor or price)}

    def _money(self, minor: int) -> str:
        return price_text(minor, self.item.currency, self.language, self.shop.country)

    def _filled(self, template: str) -> str:
        text = template.format_map(self.facts)
        # "20 ج.م." at the end of a sentence brings its own full stop, and some titles their own article
        text = re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)
        return re.sub(r"\b([Tt]he) (?:[Tt]he|[Aa]n?) ", r"\1 ", text).strip()


def _offer(item: Item) -> str:
    prices = item.price_range_minor
    if prices is None or prices[1] == 0:
        return "_unpriced"
    if item.on_sale:
        return "_sale"
    return "_from" if prices[0] < prices[1] else ""


def _first_sentence(item: Item, language: Language) -> str:
    """The description's first sentence when it is in the language of the ad and of a length worth quoting."""
    found = _SENTENCE.match(clean_line(item.description[:2_000]))
    sentence = found.group().strip() if found else ""
    if length(sentence) not in _LEAD or _is_arabic(sentence) != (language == "ar"):
        return ""
    return sentence if sentence[-1] in ".!?؟…" else f"{sentence}."


def _is_arabic(text: str) -> bool:
    return 2 * len(_ARABIC.findall(text)) > len(_LETTER.findall(text))


def _pictures(item: Item) -> list[Picture]:
    own = [p for p in item.pictures if p.name or p.url]
    return own or [v.picture for v in _sellable(item.variants) if v.picture and (v.picture.name or v.picture.url)]


def _sellable(variants: Sequence[Variant]) -> list[Variant]:
    return [v for v in variants if v.availability in SELLABLE] or list(variants)


def _number(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:8])


@cache
def _phrases(language: Language) -> Mapping[str, list[str]]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
