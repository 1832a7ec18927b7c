"""Confirming a launch that spends real money: who pays, the most it can cost, and that amount typed by a person."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from lib.ads.plan import Plan
from lib.launch import guards, launches
from lib.launch.guards import WorstCase
from lib.launch.launches import Confirmed
from lib.launch.meta_settings import Connection, Settings
from lib.launch.platforms import META
from lib.money import BadAmount, UnknownCurrency, minor_per_unit, parse_amount

_MARKS = "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"
_GROUPED = re.compile(r"\d{1,3}(?:([,\u066c'\u2019 \u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.\u066b]\d{1,3})?")
_PLAIN = re.compile(r"\d{1,12}(?:[.\u066b]\d{1,3})?")
_LONGEST = 60


class NotAllowed(RuntimeError):
    """Real money was not set in motion: a code, and what the words about it need."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person confirms. `worst` in minor units of `currency`; `to_type_minor` is the amount to be typed."""

    account_id: str
    token_ending: str
    page_id: str
    currency: str
    worst: WorstCase

    @property
    def to_type_minor(self) -> int:
        return self.worst.run_minor


def offer(plan: Plan, settings: Settings, account_id: str) -> Offer:
    """Raises NotAllowed when the plan can not go to this account at all."""
    connection = _connection(settings, account_id)
    try:
        minor_per_unit(plan.currency)
    except UnknownCurrency:
        raise NotAllowed("currency_not_verified", currency=plan.currency) from None
    if plan.currency != connection.currency:
        raise NotAllowed("currency_differs", currency=plan.currency, account_currency=connection.currency)
    worst = guards.worst_case(plan, account_zone=connection.timezone)
    return Offer(account_id, connection.token.ending, connection.page_id, plan.currency, worst)


def confirm_real(
    db: Database,
    plan: Plan,
    settings: Settings,
    account_id: str,
    *,
    typed: str,
    categories: Iterable[str],
    by: str,
    now: datetime,
    role: str = "launcher",
    forecast_json: str | None = None,
    again: bool = False,
) -> Confirmed:
    """Launches for real money. `typed` must be the offer's amount; `categories` are the special ad categories the
    person says the ad belongs to, none being an answer as well.

    Raises NotAllowed, guards.CapExceeded.
    """
    told = offer(plan, settings, account_id)
    if now.timestamp() >= plan.end_hour * 3600:
        raise NotAllowed("end_in_past")
    if sorted(categories) != sorted(plan.special_ad_categories):
        raise NotAllowed("categories_differ", categories=list(plan.special_ad_categories))
    if any(not creative.picture for creative in plan.creatives):
        raise NotAllowed("picture_not_stored")
    check_typed(typed, told.to_type_minor, told.currency)
    return launches.confirm(
        db,
        plan,
        by=by,
        now=now,
        role=role,
        adapter=META,
        account_id=account_id,
        forecast_json=forecast_json,
        caps=_connection(settings, account_id).caps,
        again=again,
        worst=told.worst,
    )


def change_real_budget(
    db: Database, launch_id: int, amount_minor: int, settings: Settings, *, typed: str, by: str, now: datetime
) -> launches.Launch:
    """Another budget for a launch on Meta, within the account's caps. Raises NotAllowed, guards.CapExceeded."""
    launch = launches.get_launch(db, launch_id)
    check_typed(typed, amount_minor, launch.currency)
    caps = _connection(settings, launch.account_id).caps
    return launches.change_budget(db, launch_id, amount_minor, by=by, now=now, caps=caps)


def _connection(settings: Settings, account_id: str) -> Connection:
    if not settings.enabled:
        raise NotAllowed("switched_off")
    connection = settings.connection(account_id)
    if connection is None:
        raise NotAllowed("account_not_set_up", account_id=account_id)
    return connection


def check_typed(text: str, amount_minor: int, currency: str) -> None:
    """Raises NotAllowed unless the text is exactly this amount."""
    try:
        typed = typed_amount(text, currency)
    except BadAmount:
        raise NotAllowed("amount_not_understood") from None
    if typed != amount_minor:
        raise NotAllowed("amount_differs", typed_minor=typed, amount_minor=amount_minor, currency=currency)


def typed_amount(text: str, currency: str) -> int:
    """Minor units of an amount as people type it: digits of any script, thousands in threes, the currency's code.

    Nothing is guessed: what could be read in two ways is refused. Raises BadAmount, UnknownCurrency.
    """
    if len(text) > _LONGEST:
        raise BadAmount(text[:_LONGEST])
    plain = text.translate(dict.fromkeys(map(ord, _MARKS))).strip()
    plain = "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in plain)
    for side in (plain[:3], plain[-3:]):
        if side.upper() == currency:
            plain = plain.removeprefix(side).removesuffix(side).strip()
            break
    if not (_PLAIN.fullmatch(plain) or _GROUPED.fullmatch(plain)):
        raise BadAmount(text)
    return parse_amount(re.sub(r"[,\u066c'\u2019 \u00a0\u202f]", "", plain).replace("\u066b", "."), currency)
