"""The ad a visitor is writing: where it comes from, how an edit changes it, when it is kept."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from pydantic import ValidationError

from lib.ads import drafts
from lib.ads.again import draft_again
from lib.ads.checks import Check, check
from lib.ads.draft import Draft
from lib.ads.drafts import BadDraft, NoDraft
from lib.ads.writer import LANGUAGES, draft_from_item
from lib.catalog.items import get_item
from lib.catalog.model import Item
from lib.catalog.shops import Shop, get_shop, list_shops
from lib.launch import launches
from lib.launch.launches import Launch, NoLaunch
from lib.store import open_database
from lib.ui import shell

KEY = "create_work"


class NothingToWrite(LookupError):
    """The address names no item, draft or launch that is there. `what` says which it was looking for."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass
class Work:
    """One visitor's draft in hand. `versions` counts, per field, how often the program and not the visitor wrote it."""

    shop: Shop
    item: Item
    draft: Draft
    kept: Draft | None
    launched: tuple[Launch, ...] = ()
    creative: int = 0
    drawn: bool = False
    shown: str = ""  # the placement the visitor looks at
    typed_minor: int = 0
    amount_text: str | None = None  # an amount as typed while it can not be read as one
    versions: Counter[str] = field(default_factory=Counter)

    def key(self, name: str) -> str:
        """A widget's key: another draft's widgets are others, and so are those of a field the program rewrote."""
        return f"create-{self.draft.id}-{name}-{self.versions[name]}"

    def set(self, path: str, value: Any) -> None:
        """Changes one field ("creatives.0.headline"). What no widget of ours sends changes nothing."""
        try:
            self.draft = Draft.model_validate_json(with_value(self.draft, path, value).model_dump_json(warnings=False))
        except (ValidationError, LookupError):
            return

    def rewrite(self, path: str, value: Any) -> None:
        """As set, for what the program changes while its widget is on screen."""
        self.set(path, value)
        self.versions[path] += 1

    def replace(self, draft: Draft) -> None:
        """Another draft in place of this one, every field new on screen."""
        self.draft = draft.model_copy(update={"id": self.draft.id})
        self.creative = min(self.creative, len(draft.creatives) - 1)
        self.typed_minor, self.amount_text = draft.budget.amount_minor, None
        for name in [*self.versions, *FIELDS]:
            self.versions[name] += 1

    def checks(self) -> tuple[Check, ...]:
        return check(self.draft, self.item, self.shop, shell.now())

    def keep(self) -> None:
        """Stores the draft when it is not stored as it stands."""
        if self.draft != self.kept:
            with open_database() as db:
                self.kept = drafts.save_draft(db, self.draft, shell.now())


FIELDS = (
    "language schedule.first_day schedule.last_day budget.kind budget.amount_minor placements audience.countries "
    "audience.ages audience.genders audience.advantage welcome.opening welcome.greeting welcome.prefilled objective "
    "optimization_goal bid.kind bid.amount_minor dsa_beneficiary dsa_payor name picture"
).split() + [
    f"creatives.{i}.{name}" for i in range(2) for name in ("primary_text", "headline", "description", "focus")
] + [f"welcome.ice_breakers.{i}" for i in range(4)]  # fmt: skip


def with_value(model: Any, path: str, value: Any) -> Any:
    """The frozen model with the value at a dotted path; numbers are places in a tuple. Raises LookupError."""
    head, _dot, rest = path.partition(".")
    if isinstance(model, tuple):
        place = int(head)
        new = with_value(model[place], rest, value) if rest else value
        return (*model[:place], new, *model[place + 1 :])
    if head not in type(model).model_fields:
        raise LookupError(path)
    return model.model_copy(update={head: with_value(getattr(model, head), rest, value) if rest else value})


def arrive() -> Work:
    """The draft the address asks for, opened or written now; afterwards the address names it. Raises NothingToWrite."""
    draft = _asked()
    work = st.session_state.get(KEY)
    if not isinstance(work, Work) or work.draft.id != draft.id:
        work = Work(*_shop_and_item(draft), draft, draft, typed_minor=draft.budget.amount_minor)
        st.session_state[KEY] = work
    else:
        work.drawn = False
        work.shop, work.item = _shop_and_item(draft)
        if work.draft == work.kept != draft:  # changed in another tab
            work.replace(draft)
            work.kept = draft
    with open_database() as db:
        work.launched = _launches_of(db, draft)
    for name in ("item", "from_launch"):
        st.query_params.pop(name, None)
    shell.keep_in_link(draft=draft.id)
    return work


def _asked() -> Draft:
    asked = st.query_params
    with open_database() as db:
        if draft_id := asked.get("draft"):
            try:
                return drafts.get_draft(db, draft_id)
            except (NoDraft, BadDraft) as gone:
                raise NothingToWrite("draft") from gone
        if launch_id := asked.get("from_launch"):
            return _from_launch(db, launch_id)
        if retailer_id := asked.get("item"):
            return _from_item(db, retailer_id)
    raise NothingToWrite("nothing")


def _from_launch(db: Any, launch_id: str) -> Draft:
    try:
        plan = launches.get_launch(db, int(launch_id)).plan
        shop = get_shop(db, plan.shop_id)
    except (NoLaunch, ValueError, OverflowError) as gone:
        raise NothingToWrite("launch") from gone
    if shop is None:
        raise NothingToWrite("launch")
    return drafts.save_draft(db, draft_again(plan, shop, shell.now()), shell.now())


def _from_item(db: Any, retailer_id: str) -> Draft:
    for shop in _shops_in_turn(db):
        if item := get_item(db, shop.id, retailer_id, shell.now()):
            fresh = written(shop, item)
            return _untouched(db, fresh) or drafts.save_draft(db, fresh, shell.now())
    raise NothingToWrite("item")


def written(shop: Shop, item: Item, language: str | None = None) -> Draft:
    """What the studio writes by itself: in the language of the shop's customers where it can."""
    language = language or shop.language
    return draft_from_item(shop, item, language if language in LANGUAGES else "en", shell.now())


def _shops_in_turn(db: Any) -> list[Shop]:
    """The visitor's shop first; a link that names no shop may mean another."""
    mine = st.session_state.get("shop_id")
    return sorted(list_shops(db), key=lambda shop: shop.id != mine)


def _untouched(db: Any, fresh: Draft) -> Draft | None:
    """A draft of the item that nobody changed or launched: two tabs on one item hold one draft, so one launch."""
    used = {
        launch.draft_id
        for archived in (False, True)
        for launch in launches.list_launches(db, fresh.shop_id, archived=archived)
    }
    same = (d for d in drafts.list_drafts(db, fresh.shop_id) if d.model_copy(update={"id": ""}) == fresh)
    return next((d for d in same if d.id not in used), None)


def _shop_and_item(draft: Draft) -> tuple[Shop, Item]:
    with open_database() as db:
        shop = get_shop(db, draft.shop_id)
        item = get_item(db, draft.shop_id, draft.retailer_id, shell.now()) if shop else None
    if shop is None or item is None:
        raise NothingToWrite("item")
    return shop, item


def _launches_of(db: Any, draft: Draft) -> tuple[Launch, ...]:
    return tuple(
        launch
        for archived in (False, True)
        for launch in launches.list_launches(db, draft.shop_id, archived=archived)
        if launch.draft_id == draft.id
    )


def start_over(work: Work) -> None:
    work.replace(written(work.shop, work.item, work.draft.language))


def duplicate(work: Work) -> str:
    """The id of a copy of the draft as it stands."""
    work.keep()
    with open_database() as db:
        return drafts.duplicate_draft(db, work.draft.id, shell.now()).id


def speak(work: Work, language: str) -> None:
    """The ad in another language: what the studio had written is written anew, what a person wrote stays."""
    before, after = (written(work.shop, work.item, name) for name in (work.draft.language, language))
    draft = work.draft.model_copy(update={"language": language})
    texts = ["welcome.greeting", "welcome.prefilled", "welcome.ice_breakers"]
    texts += [f"creatives.0.{name}" for name in ("primary_text", "headline", "description")]
    for path in texts:
        if value_at(draft, path) == value_at(before, path):
            draft = with_value(draft, path, value_at(after, path))
    work.replace(draft)


def value_at(model: Any, path: str) -> Any:
    for part in path.split("."):
        model = model[int(part)] if isinstance(model, tuple) else getattr(model, part)
    return model
