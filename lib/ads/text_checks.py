"""What is wrong with the words of a draft."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from lib.ads import placements, text
from lib.ads.draft import Creative, Draft, Welcome
from lib.ads.placements import PLACEMENTS, Placement
from lib.ads.prices import prices_in, prices_of
from lib.catalog.model import Item
from lib.catalog.text import fold, looks_like_html


class Finding:
    """A check before it knows its severity."""

    def __init__(self, code: str, field: str, **params: Any) -> None:
        self.code, self.field, self.params = code, field, params


class _Field(NamedTuple):
    path: str
    text: str
    maximum: int


_SHOWN: Final[dict[str, Callable[[Placement], int | None]]] = {
    "primary_text": lambda p: p.primary_shown,
    "headline": lambda p: p.headline_shown,
    "description": lambda p: p.description_shown,
}


def check_texts(draft: Draft, item: Item) -> Iterator[Finding]:
    for i, creative in enumerate(draft.creatives):
        yield from _creative(f"creatives.{i}", creative, draft)
    yield from _welcome(draft.welcome, item)
    for field in _fields(draft):
        yield from _hostile(field)
        size = max(text.length(field.text), len(field.text) if text.stacked_marks(field.text) else 0)
        if size > field.maximum:
            yield Finding("text_too_long", field.path, limit=field.maximum, length=size)
        yield from _prices(field, draft, item)


def _fields(draft: Draft) -> Iterator[_Field]:
    for i, creative in enumerate(draft.creatives):
        yield _Field(f"creatives.{i}.primary_text", creative.primary_text, placements.PRIMARY_MAX)
        yield _Field(f"creatives.{i}.headline", creative.headline, placements.HEADLINE_MAX)
        yield _Field(f"creatives.{i}.description", creative.description, placements.DESCRIPTION_MAX)
    yield _Field("welcome.greeting", draft.welcome.greeting, placements.GREETING_MAX)
    yield _Field("welcome.prefilled", draft.welcome.prefilled, placements.PREFILLED_MAX)
    for i, question in enumerate(draft.welcome.ice_breakers):
        yield _Field(f"welcome.ice_breakers.{i}", question, placements.ICE_BREAKER_MAX)


def _creative(path: str, creative: Creative, draft: Draft) -> Iterator[Finding]:
    if not creative.primary_text.strip():
        yield Finding("primary_text_empty", f"{path}.primary_text")
    if not creative.headline.strip():
        yield Finding("headline_empty", f"{path}.headline")
    chosen = [PLACEMENTS[name] for name in dict.fromkeys(draft.placements) if name in PLACEMENTS]
    for name, shown in _SHOWN.items():
        size = text.length(getattr(creative, name))
        if name == "primary_text" and size <= placements.PRIMARY_ADVISED:
            continue
        for limit in sorted({limit for p in chosen if (limit := shown(p)) is not None and size > limit}):
            where = tuple(p.id for p in chosen if shown(p) == limit)
            yield Finding("text_cut_off", f"{path}.{name}", limit=limit, length=size, placements=where)


def _welcome(welcome: Welcome, item: Item) -> Iterator[Finding]:
    if not welcome.greeting.strip():
        yield Finding("greeting_empty", "welcome.greeting")
    if welcome.opening == "message":
        if not welcome.prefilled.strip():
            yield Finding("prefilled_empty", "welcome.prefilled")
        elif not _names(welcome.prefilled, item):
            yield Finding("prefilled_without_item", "welcome.prefilled", title=item.title)
    elif not welcome.ice_breakers:
        yield Finding("questions_missing", "welcome.ice_breakers")
    if len(welcome.ice_breakers) > placements.ICE_BREAKERS_MAX:
        maximum = placements.ICE_BREAKERS_MAX
        yield Finding("ice_breakers_too_many", "welcome.ice_breakers", maximum=maximum)
    seen: set[str] = set()
    for i, question in enumerate(welcome.ice_breakers):
        folded = fold(question).strip()
        if not folded:
            yield Finding("ice_breaker_empty", f"welcome.ice_breakers.{i}")
        elif folded in seen:
            yield Finding("ice_breaker_repeated", f"welcome.ice_breakers.{i}")
        seen.add(folded)


def _names(message: str, item: Item) -> bool:
    """Whether the message speaks of the item: by its title, or the title's first words where it was shortened."""
    said, title = fold(message), fold(item.title).split()
    return any(word in said for word in (" ".join(title), " ".join(title[:3]), fold(item.retailer_id)) if word)


def _hostile(field: _Field) -> Iterator[Finding]:
    for code, found in (
        ("direction_marks", text.direction_marks(field.text)),
        ("control_characters", text.control_characters(field.text)),
        ("invisible_characters", text.invisible_characters(field.text)),
    ):
        if found:
            yield Finding(code, field.path, characters=found)
    if text.stacked_marks(field.text):
        yield Finding("stacked_marks", field.path)
    if looks_like_html(field.text):
        yield Finding("looks_like_markup", field.path)


def _prices(field: _Field, draft: Draft, item: Item) -> Iterator[Finding]:
    real = prices_of(item)
    if not real:
        return
    wrong = tuple(shown for shown, amount in prices_in(field.text, draft.currency) if amount not in real)
    if wrong:
        yield Finding("price_differs", field.path, found=wrong, price_minor=item.price_minor, currency=item.currency)
