"""A product file into a shop: which shop, what changed, and a report a shop owner can act on."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Literal

from sqlite_utils import Database

from lib.catalog.apart import parse_apart
from lib.catalog.health import why_not_advertisable
from lib.catalog.items import commit_items, item_ids, remove_items, stage_items
from lib.catalog.model import Frozen, Item
from lib.catalog.parsing import CurrencyNeeded, Parsed, Unreadable
from lib.catalog.readers.rows import Problem
from lib.catalog.reasons import FILES, ROWS
from lib.catalog.shops import Shop, find_shop, get_shop, list_shops, new_shop, save_shop
from lib.catalog.text import clean_line
from lib.store import utc_text, write_tx


class ImportReport(Frozen):
    """What became of a file. Rows: rows_read = accepted + skipped + rejected_rows.

    items, variants and the counts after them describe the file; added, changed, unchanged what it did to the
    shop; absent are items of the shop that the file does not name (kept, unless the whole was to be replaced).
    """

    outcome: Literal["imported"] = "imported"
    shop_id: str
    shop_name: str
    new_shop: bool
    assumed: tuple[str, ...]  # fields of a new shop nobody stated
    format: str
    encoding: str
    currency: str
    rows_read: int
    accepted: int
    skipped: int
    skipped_why: dict[str, int]
    rejected_rows: int
    rejected: tuple[Problem, ...]
    normalised: dict[str, int]
    items: int
    variants: int
    sellable: int
    on_sale: int
    advertisable: int
    not_advertisable: dict[str, int]
    added: int
    changed: int
    unchanged: int
    absent: int
    removed: int


ImportOutcome = ImportReport | CurrencyNeeded | Unreadable


def import_file(
    db: Database,
    data: bytes,
    name: str,
    *,
    now: datetime,
    shop: str | None = None,
    currency: str | None = None,
    encoding: str | None = None,
    country: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
    replace: bool = False,
) -> ImportOutcome:
    """Reads the file and puts its items into a shop, all of them or none.

    shop is an id or a name, made when new. Without one, a file seen before goes to the shop it went to; a newer
    file of the same name does too when both share an item; any other makes a new shop named from the file.
    replace: the file is the whole catalog, and items it does not name go.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    name = file_name(name)
    named = find_shop(db, shop) if shop else None
    target = named or (None if shop else _shop_of_content(db, sha256))
    if target and currency and currency != target.currency:
        return Unreadable(code="currency_differs_from_shop", params={"shop": target.name, "currency": target.currency})
    namesake = None if shop or target else _shop_of_name(db, name, currency)
    if near := target or namesake:
        parsed = parse_apart(data, now=now, currency=near.currency, encoding=encoding, timezone=near.timezone)
        if namesake and not _continues(db, namesake, parsed):
            near = None
    if near is None:
        parsed = parse_apart(data, now=now, currency=currency, encoding=encoding, timezone=timezone)
    if not isinstance(parsed, Parsed):
        return parsed
    settled = near or new_shop(
        db,
        name=_free_name(db, shop or _name_from(name)),
        currency=parsed.currency,
        now=now,
        country=country,
        timezone=timezone,
        language=language or _language(parsed.items),
    )
    assumed = () if near else tuple(
        field for field, given in (("country", country), ("timezone", timezone), ("language", language)) if not given
    )  # fmt: skip
    return _store(db, settled, near is None, assumed, parsed, name, sha256, now, replace)


def last_report(db: Database, shop_id: str) -> dict[str, Any] | None:
    """The JSON report of the latest import that changed the shop."""
    rows = db.execute("SELECT report_json FROM import_run WHERE shop_id = ? ORDER BY id DESC LIMIT 1", [shop_id])
    found = rows.fetchone()
    return json.loads(found[0]) if found else None


def report_json(outcome: ImportOutcome) -> dict[str, Any]:
    """The outcome for scripts: the same keys whatever happened, and each reason in words."""
    nothing: dict[str, Any] = {"format": None, "rows_read": 0, "items": 0, "variants": 0, "accepted": 0, "skipped": 0,
                               "rejected": [], "advertisable": 0, "not_advertisable": {}}  # fmt: skip
    body = {**nothing, **outcome.model_dump(mode="json")}
    body["rejected"] = [{**problem, "reason": ROWS.get(problem["code"], "")} for problem in body["rejected"]]
    if isinstance(outcome, Unreadable):
        body["reason"] = FILES.get(outcome.code, "")
    if isinstance(outcome, CurrencyNeeded):
        body["reason"] = FILES["currency_needed"]
    return body


def file_name(name: str) -> str:
    """The last part of a path as text to show and compare; never a place to write to."""
    return clean_line(PurePosixPath(name.replace("\\", "/")).name.replace("\0", ""))[:200] or "file"


def _store(
    db: Database,
    shop: Shop,
    is_new: bool,
    assumed: tuple[str, ...],
    parsed: Parsed,
    name: str,
    sha256: str,
    now: datetime,
    replace: bool,
) -> ImportReport:
    named = {item.retailer_id for item in parsed.items}
    absent = sorted(item_ids(db, shop.id) - named)
    staged = stage_items(db, shop.id, parsed.items)
    report = ImportReport(
        shop_id=shop.id,
        shop_name=shop.name,
        new_shop=is_new,
        assumed=assumed,
        **parsed.model_dump(
            include={"format", "encoding", "currency", "rows_read", "accepted", "rejected_rows"},
        ),
        rejected=parsed.rejected,
        skipped=sum(parsed.skipped.values()),
        skipped_why=parsed.skipped,
        normalised=parsed.changes,
        **_counts(parsed.items),
        added=staged.saved.added,
        changed=staged.saved.changed,
        unchanged=staged.saved.unchanged,
        absent=0 if replace else len(absent),
        removed=len(absent) if replace else 0,
    )
    if not parsed.items:
        return report.model_copy(update={"new_shop": False, "absent": len(absent), "removed": 0})
    touched = is_new or staged.saved.added or staged.saved.changed or report.removed
    with write_tx(db):
        if is_new:
            save_shop(db, shop)
        commit_items(db, staged, now)
        if replace:
            remove_items(db, shop.id, absent)
        if touched or not _known_here(db, shop.id, sha256):
            db.table("import_run").insert(
                {
                    "shop_id": shop.id,
                    "source_name": name,
                    "sha256": sha256,
                    "format": parsed.format,
                    "report_json": json.dumps(report_json(report), ensure_ascii=False),
                    "at_utc": utc_text(now),
                }
            )
    return report


def _counts(items: Iterable[Item]) -> dict[str, Any]:
    items = list(items)
    choices = [choice for item in items for choice in (item.variants or (item,))]
    reasons = [why_not_advertisable(item) for item in items]
    against = Counter(code for codes in reasons for code in codes)
    return {
        "items": len(items),
        "variants": sum(len(item.variants) for item in items),
        "sellable": sum(choice.price_minor is not None for choice in choices),
        "on_sale": sum(choice.regular_minor is not None for choice in choices),
        "advertisable": sum(not codes for codes in reasons),
        "not_advertisable": dict(sorted(against.items())),
    }


def _shop_of_content(db: Database, sha256: str) -> Shop | None:
    rows = db.execute("SELECT shop_id FROM import_run WHERE sha256 = ? ORDER BY id DESC LIMIT 1", [sha256])
    found = rows.fetchone()
    return get_shop(db, found[0]) if found else None


def _shop_of_name(db: Database, name: str, currency: str | None) -> Shop | None:
    rows = db.execute("SELECT shop_id FROM import_run WHERE source_name = ? ORDER BY id DESC LIMIT 1", [name])
    found = rows.fetchone()
    shop = get_shop(db, found[0]) if found else None
    return shop if shop and currency in (None, shop.currency) else None


def _known_here(db: Database, shop_id: str, sha256: str) -> bool:
    return bool(db["import_run"].count_where("shop_id = ? AND sha256 = ?", [shop_id, sha256]))


def _continues(db: Database, shop: Shop, parsed: Parsed | CurrencyNeeded | Unreadable) -> bool:
    """Stores often name every export the same: only a shared item makes two files one catalog."""
    if not isinstance(parsed, Parsed):
        return False
    return not item_ids(db, shop.id).isdisjoint(item.retailer_id for item in parsed.items)


def _name_from(name: str) -> str:
    stem = re.sub(r"(\.(csv|tsv|txt|xml|rss|atom|json))+$", "", name, flags=re.IGNORECASE)
    return clean_line(re.sub(r"[_\-.]+", " ", stem))[:60].strip() or "Shop"


def _free_name(db: Database, name: str) -> str:
    name = clean_line(name)[:90] or "Shop"
    taken = {shop.name.casefold() for shop in list_shops(db)}
    number = 1
    while (candidate := name if number == 1 else f"{name} {number}").casefold() in taken:
        number += 1
    return candidate


def _language(items: tuple[Item, ...]) -> str:
    letters = "".join(item.title for item in items[:500])
    arabic = len(re.findall("[\u0621-\u064a]", letters))
    latin = len(re.findall("[A-Za-z]", letters))
    return "ar" if arabic > latin / 2 and arabic else "en"
