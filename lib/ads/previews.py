"""How an ad looks at each placement, and the chat it opens: our own drawing, in real proportions.

A pure function from values to markup. All text goes through autoescaped templates; the renderer holds no language.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import jinja2

from lib.ads import text
from lib.ads.draft import Creative, Draft
from lib.ads.placements import PLACEMENTS
from lib.catalog.model import Item
from lib.catalog.shops import Shop

CHAT: Final = "chat"
SURFACES: Final = (*PLACEMENTS, CHAT)
# Fixed words of the surfaces, to be given by the caller in the language of the screen.
LABELS: Final = (
    "preview",  # marks the drawing as one
    "sponsored",
    "more",  # after a text that was cut
    "button",  # on the ad: opens the chat
    "like",
    "comment",
    "share",
    "reply",  # placeholder in a story's answer field
    "add_comment",  # placeholder under reels
    "business_account",
    "today",
    "from_ad",  # over the ad's card in the chat
    "message",  # placeholder of the chat's empty answer field
)
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur"})

_FOLDER: Final = Path(__file__).resolve().parent / "templates"
_FILE_NAME: Final = re.compile(r"[\w-][\w.-]{0,199}", re.ASCII)
_PRIMARY_LINES: Final = 4  # of the writer's own line breaks; beyond them the surface says "more"
_CHAT_BODY: Final = 90


def render(
    draft: Draft,
    creative_index: int,
    placement: str,
    shop: Shop,
    item: Item,
    *,
    labels: Mapping[str, str],
    ui_language: str,
    dark: bool,
    chat: Literal["opened", "sent"] = "opened",
) -> str:
    """Markup with its own style, for a shadow root. `placement` is one of SURFACES.

    The chat is shown as it opens or as it is after the customer sent the first message. Raises KeyError for an
    unknown placement and for a missing label.
    """
    creative = draft.creatives[creative_index]
    if placement != CHAT:
        shown = _surface_words(creative, placement)
        x, y = creative.focus_at(placement)
    else:
        shown = _chat_words(creative, draft, chat)
        x, y = creative.focus_at("facebook_feed")
    return (
        _environment()
        .get_template(f"{placement}.html")
        .render(
            shown,
            label={name: labels[name] for name in LABELS},
            direction="rtl" if ui_language in RIGHT_TO_LEFT else "ltr",
            language=ui_language,
            theme="dark" if dark else "light",
            shop=shop.settings.whatsapp_name or shop.name if placement == CHAT else shop.name,
            initial=_initial(shop.name),
            title=item.title,
            picture=_address(creative.picture),
            focus=f"{x}% {y}%",
        )
    )


def _surface_words(creative: Creative, placement: str) -> dict[str, object]:
    place = PLACEMENTS[placement]
    primary, primary_cut = _cut(creative.primary_text, place.primary_shown)
    return {
        "primary": primary,
        "primary_cut": primary_cut,
        "headline": text.shorten(_one_line(creative.headline), place.headline_shown or 0),
        "description": text.shorten(_one_line(creative.description), place.description_shown or 0),
    }


def _chat_words(creative: Creative, draft: Draft, chat: str) -> dict[str, object]:
    welcome = draft.welcome
    asks = welcome.opening == "questions"
    return {
        "headline": text.shorten(_one_line(creative.headline), 60),
        "primary": text.shorten(_one_line(creative.primary_text), _CHAT_BODY),
        "greeting": welcome.greeting.strip(),
        "questions": [q.strip() for q in welcome.ice_breakers if q.strip()] if asks else [],
        "first_message": _first_message(draft),
        "typed": "" if asks or chat == "sent" else welcome.prefilled.strip(),
        "sent": chat == "sent",
    }


def _first_message(draft: Draft) -> str:
    welcome = draft.welcome
    if welcome.opening == "questions":
        return next((q.strip() for q in welcome.ice_breakers if q.strip()), "")
    return welcome.prefilled.strip()


def _cut(written: str, limit: int) -> tuple[str, bool]:
    written = written.strip()
    lines = written.split("\n")
    head, shortened = text.cut("\n".join(lines[:_PRIMARY_LINES]).rstrip(), limit)
    if shortened or len(lines) > _PRIMARY_LINES:
        return head.rstrip(" .,;:،؛"), True
    return head, False


def _one_line(written: str) -> str:
    return " ".join(written.split())


def _initial(name: str) -> str:
    letters = [g for g in text.graphemes(name.strip()) if g[0].isalnum()]
    return letters[0].upper() if letters else "•"


def _address(name: str) -> str:
    """Where the app serves a stored picture; empty for anything that is not a plain file name."""
    return f"/pictures/{quote(name)}" if _FILE_NAME.fullmatch(name) else ""


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
