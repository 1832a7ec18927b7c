"""What a shop sells: items, their variants and pictures, as plain frozen values."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Availability = Literal["in stock", "out of stock", "preorder", "available for order", "discontinued"]
AVAILABILITIES: tuple[Availability, ...] = (
    "in stock",
    "out of stock",
    "preorder",
    "available for order",
    "discontinued",
)
SELLABLE: frozenset[str] = frozenset({"in stock", "preorder", "available for order"})


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Picture(Frozen):
    """Where a picture is: its address in the feed, and the name of our own copy once there is one."""

    url: str = ""
    name: str = ""
    width: int | None = None
    height: int | None = None


class Sale(Frozen):
    """A lower price, for good or between two moments (both ends optional, the end not included)."""

    minor: int
    starts: datetime | None = None
    ends: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return (self.starts is None or self.starts <= now) and (self.ends is None or now < self.ends)


class Variant(Frozen):
    """One size, colour... of an item. Prices as in Item."""

    retailer_id: str
    options: tuple[tuple[str, str], ...] = ()
    availability: Availability = "in stock"
    price_minor: int | None = None
    regular_minor: int | None = None
    sale: Sale | None = None
    picture: Picture | None = None

    def at(self, now: datetime) -> "Variant":
        return self.model_copy(update=_priced(self, now))


class Item(Frozen):
    """A catalog item.

    price_minor is what a buyer pays now, in minor units of currency (lib.money); None when the feed gives none.
    regular_minor is the price without the sale, set only while a sale is known.
    """

    retailer_id: str
    title: str
    description: str = ""
    category: str = ""
    availability: Availability = "in stock"
    currency: str
    price_minor: int | None = None
    regular_minor: int | None = None
    sale: Sale | None = None
    condition: str = ""
    brand: str = ""
    link: str = ""
    tags: tuple[str, ...] = ()
    visible: bool = True
    pictures: tuple[Picture, ...] = ()
    variants: tuple[Variant, ...] = ()

    def at(self, now: datetime) -> "Item":
        """The item with the prices of that moment (sales begin and end)."""
        variants = tuple(variant.at(now) for variant in self.variants)
        return self.model_copy(update={**_priced(self, now), **self.cheapest(variants), "variants": variants})

    @staticmethod
    def cheapest(variants: tuple[Variant, ...]) -> dict[str, Any]:
        """The price fields of an item sold in variants: those of the cheapest one that can be bought."""
        priced = [v for v in variants if v.price_minor is not None]
        best = min(priced, key=lambda v: (v.availability not in SELLABLE, v.price_minor), default=None)
        if best is None:
            return {}
        return {"price_minor": best.price_minor, "regular_minor": best.regular_minor, "sale": best.sale}

    @property
    def on_sale(self) -> bool:
        return self.regular_minor is not None and self.price_minor is not None and self.price_minor < self.regular_minor

    @property
    def price_range_minor(self) -> tuple[int, int] | None:
        """Lowest and highest price a buyer can choose among the variants; None when no price is known."""
        prices = [v.price_minor for v in self.variants if v.price_minor is not None]
        if self.price_minor is not None:
            prices.append(self.price_minor)
        return (min(prices), max(prices)) if prices else None


def _priced(thing: Item | Variant, now: datetime) -> dict[str, int | None]:
    if thing.sale is None or thing.regular_minor is None:
        return {}
    return {"price_minor": thing.sale.minor if thing.sale.holds(now) else thing.regular_minor}
