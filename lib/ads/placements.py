"""Where an ad can appear: Facebook and Instagram, named one by one.

Placements are always explicit. Leaving the choice to the platform could put an ad inside WhatsApp one day,
and this product never does that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Placement:
    """One surface. Text limits are what a person sees before "more" or the cut, in graphemes; None: not shown there.

    Source: meta-ctwa reference 1.8 (positions) and 1.9 (recommended pictures and texts); not enforced by the platform.
    """

    id: str
    publisher: str
    position: str
    ratio: tuple[int, int]
    primary_shown: int
    headline_shown: int | None
    description_shown: int | None


PLACEMENTS: Final[Mapping[str, Placement]] = {
    p.id: p
    for p in (
        Placement("facebook_feed", "facebook", "feed", (4, 5), 125, 40, 30),
        Placement("instagram_feed", "instagram", "stream", (4, 5), 125, 40, None),
        Placement("facebook_story", "facebook", "story", (9, 16), 125, 40, None),
        Placement("instagram_story", "instagram", "story", (9, 16), 125, 40, None),
        Placement("facebook_reels", "facebook", "facebook_reels", (9, 16), 72, 55, None),
        Placement("instagram_reels", "instagram", "reels", (9, 16), 72, 55, None),
    )
}
PLACEMENT_IDS: Final[tuple[str, ...]] = tuple(PLACEMENTS)

# Up to here a primary text is worth no warning, though reels show less of it until somebody taps "more".
PRIMARY_ADVISED: Final = 125
# Our own ceilings: the platform's hard maxima are not documented.
PRIMARY_MAX: Final = 1000
HEADLINE_MAX: Final = 255
DESCRIPTION_MAX: Final = 255
PREFILLED_MAX: Final = 500
GREETING_MAX: Final = 300
ICE_BREAKER_MAX: Final = 80
ICE_BREAKERS_MAX: Final = 4

_INSIDE_WHATSAPP: Final = ("whatsapp", "wamo", "wa_status", "status")
_FORBIDDEN_KEYS: Final = frozenset(
    {"whatsapp_positions", "user_age_unknown", "placement_soft_opt_out", "effective_whatsapp_positions"}
)
_PLATFORM_LISTS: Final = frozenset({"publisher_platforms", "effective_publisher_platforms", "placements"})


def inside_whatsapp(placement: str) -> bool:
    """Whether a placement's name, in any spelling, speaks of a surface inside WhatsApp."""
    name = placement.casefold().replace("-", "_").replace(" ", "_")
    return any(word in name for word in _INSIDE_WHATSAPP)


def forbidden_places(payload: object, path: str = "") -> Iterator[str]:
    """Paths within JSON-like data that ask for an ad inside WhatsApp, however deep they hide.

    The destination (`destination_type`, `app_destination`, `whatsapp_phone_number`) is something else and passes.
    """
    if isinstance(payload, Mapping):
        for key, value in payload.items():
            here = f"{path}.{key}" if path else str(key)
            word = str(key).casefold()
            if word in _FORBIDDEN_KEYS or word.startswith("wamo_"):
                yield here
            elif word in _PLATFORM_LISTS and not isinstance(value, Mapping):
                names = [value] if isinstance(value, str) else list(value or ())
                yield from (f"{here}.{i}" for i, name in enumerate(names) if inside_whatsapp(str(name)))
            elif word == "ad_format" and inside_whatsapp(str(value)):
                yield here
            else:
                yield from forbidden_places(value, here)
    elif isinstance(payload, list | tuple):
        for i, value in enumerate(payload):
            yield from forbidden_places(value, f"{path}.{i}")
