"""The what-if a visitor works on: where it comes from, how a lever changes it, how it goes into the address."""

import math
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from pydantic import ValidationError

from lib.ads import drafts
from lib.ads.drafts import BadDraft, NoDraft
from lib.ads.writer import draft_from_item, language_of
from lib.catalog.health import why_not_advertisable
from lib.catalog.items import all_items, get_item
from lib.catalog.model import Item
from lib.catalog.shops import Shop, get_shop
from lib.launch import launches
from lib.launch.launches import NoLaunch
from lib.store import open_database
from lib.ui import shell
from lib.whatif import travel
from lib.whatif.case import MOST_VARIANTS, CannotForecast, Case, Levers, Variant, case_from_draft, case_from_plan

KEY = "whatif_lab"
MOST_UNDO = 100
RESTED_RUNS = 2000


@dataclass
class Lab:
    """`chosen` is the set of levers in hand (0: the baseline). `turn` counts what the program set, for the levers."""

    shop_id: str
    case: Case
    chosen: int = 1
    past: list[tuple[Case, int]] = field(default_factory=list)
    turn: int = 0
    runs: int = 0
    refine: bool = False
    other_engine: bool = False
    code: str = ""
    found: Any = None  # the best plan last asked for, with the case it was asked of
    drivers: Any = None  # the sensitivity last worked out, with the levers it belongs to

    @property
    def levers(self) -> Levers:
        return self.case.levers(self.chosen)

    def move(self, **changes: Any) -> None:
        """A lever moved by hand; a value that no lever can have changes nothing."""
        try:
            levers = self.levers.but(**changes)
        except ValidationError:
            return
        if levers != self.levers:
            self.take(self.case.with_levers(self.chosen, levers), self.chosen, by_hand=True)

    def take(self, case: Case, chosen: int, *, by_hand: bool = False) -> None:
        """Another case in place of this one; undo brings this one back."""
        self.past = [*self.past[-MOST_UNDO:], (self.case, self.chosen)]
        self.case, self.chosen = case, min(chosen, case.count - 1)
        self.turn += not by_hand

    def undo(self) -> None:
        if self.past:
            self.case, self.chosen = self.past.pop()
            self.turn += 1

    def add(self) -> None:
        """Another variant, beginning as a copy of the one in hand."""
        if len(self.case.variants) >= MOST_VARIANTS:
            return
        taken = {variant.name for variant in self.case.variants}
        name = next(letter for letter in "ABCDEFGH" if letter not in taken)
        variants = (*self.case.variants, Variant(name=name, levers=self.levers))
        self.take(self.case.model_copy(update={"variants": variants}), len(variants))

    def remove(self) -> None:
        if self.chosen == 0 or len(self.case.variants) < 2:
            return
        variants = tuple(v for i, v in enumerate(self.case.variants, 1) if i != self.chosen)
        self.take(self.case.model_copy(update={"variants": variants}), max(1, self.chosen - 1))

    def rename(self, name: str) -> None:
        try:
            if self.chosen == 0:
                case = Case.model_validate({**self.case.model_dump(), "name": name})
            else:
                variants = list(self.case.variants)
                variants[self.chosen - 1] = Variant(name=name, levers=self.levers)
                case = self.case.model_copy(update={"variants": tuple(variants)})
        except ValidationError:
            return
        self.take(case, self.chosen)

    def settle_address(self) -> None:
        """Puts the case into the address; one too long for a link leaves it."""
        try:
            code = travel.to_code(travel.stamped(self.case))
        except travel.TooLong:
            code = ""
        if code != self.code or (code and "s" not in st.query_params):
            self.code = code
            if code:
                shell.keep_in_link(s=code)
            else:
                st.query_params.pop("s", None)


class NothingToAsk(LookupError):
    """There is no item to ask about, or the link is broken; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def arrive(shop: Shop) -> Lab:
    """What the address asks for, else what is in hand, else the shop's first item. Raises NothingToAsk."""
    asked = st.query_params
    lab = st.session_state.get(KEY)
    code = asked.get("s", "")
    if code and not (isinstance(lab, Lab) and lab.code == code):
        lab = _from_code(shop, code)
    elif source := next((name for name in ("draft", "launch", "item") if asked.get(name)), None):
        lab = Lab(shop.id, _started_from(shop, source, asked[source]))
        for name in ("draft", "launch", "item", "s"):
            asked.pop(name, None)
    elif not isinstance(lab, Lab) or lab.shop_id != shop.id:
        lab = Lab(shop.id, _first_case(shop))
    st.session_state[KEY] = lab
    return lab


def _from_code(shop: Shop, code: str) -> Lab:
    try:
        case = travel.from_code(code)
    except travel.BadCase as bad:
        raise NothingToAsk(bad.code) from bad
    return opened(shop.id, case, code)


def opened(shop_id: str, case: Case, code: str = "") -> Lab:
    return Lab(shop_id, case, min(1, case.count - 1), other_engine=travel.is_other_engine(case), code=code)


def _started_from(shop: Shop, source: str, asked: str) -> Case:
    with open_database() as db:
        try:
            if source == "launch":
                return case_from_plan(launches.get_launch(db, int(asked)).plan)
            if source == "draft":
                draft = drafts.get_draft(db, asked)
                owner = get_shop(db, draft.shop_id)
                item = get_item(db, draft.shop_id, draft.retailer_id, shell.now()) if owner else None
                if owner and item:
                    return case_from_draft(draft, item, owner, shell.now())
            elif item := get_item(db, shop.id, asked, shell.now()):
                return case_of_item(shop, item)
        except (NoDraft, BadDraft, NoLaunch, CannotForecast, ValidationError, ValueError, OverflowError) as gone:
            raise NothingToAsk(source) from gone
    raise NothingToAsk(source)


def case_of_item(shop: Shop, item: Item) -> Case:
    """The ad the studio would write for the item. Raises CannotForecast."""
    return case_from_draft(draft_from_item(shop, item, language_of(shop), shell.now()), item, shop, shell.now())


def items_to_ask(shop: Shop) -> dict[str, str]:
    """Titles of the items an ad can be made for, by code."""
    with open_database() as db:
        found = list(all_items(db, shop.id, shell.now()))
    return {item.retailer_id: item.title for item in found if not why_not_advertisable(item)}


def _first_case(shop: Shop) -> Case:
    """The dearest of the first items: there is most to see where an order leaves something."""
    with open_database() as db:
        found = [item for item in all_items(db, shop.id, shell.now()) if not why_not_advertisable(item)]
    for item in sorted(found, key=lambda one: -(one.price_minor or -math.inf)):
        try:
            return case_of_item(shop, item)
        except CannotForecast:
            continue
    raise NothingToAsk("nothing")
