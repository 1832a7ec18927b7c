"""Whether an item can be advertised, and if not, why."""

from lib.catalog.model import SELLABLE, Item, Variant

REASONS = ("no_title", "no_picture", "no_price", "price_zero", "out_of_stock", "discontinued", "hidden")


def why_not_advertisable(item: Item) -> tuple[str, ...]:
    """Codes out of REASONS, in that order; empty when nothing stands in the way.

    An item whose own row has no price or stock (a parent of variants) is judged by its variants.
    """
    found = {
        "no_title": not item.title.strip(),
        "no_picture": not _pictured(item),
        **_price_problem(item),
        **_stock_problem(item),
        "hidden": not item.visible,
    }
    return tuple(code for code in REASONS if found.get(code))


def _pictured(item: Item) -> bool:
    pictures = (*item.pictures, *(v.picture for v in item.variants if v.picture))
    return any(picture.url or picture.name for picture in pictures)


def _price_problem(item: Item) -> dict[str, bool]:
    prices = [thing.price_minor for thing in _choices(item)]
    known = [price for price in prices if price is not None]
    if not known and item.price_minor is not None:
        known = [item.price_minor]
    return {"no_price": not known, "price_zero": bool(known) and max(known) == 0}


def _stock_problem(item: Item) -> dict[str, bool]:
    states = {thing.availability for thing in _choices(item)}
    if states & SELLABLE:
        return {}
    return {"discontinued": states == {"discontinued"}, "out_of_stock": states != {"discontinued"}}


def _choices(item: Item) -> tuple[Item | Variant, ...]:
    return item.variants or (item,)
