"""Looks at a connection to Meta step by step: what is there, what is missing, and where it is to be had.

Every look is a read; nothing is created or changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from lib.launch import meta_requests
from lib.launch.adapter import Outcome
from lib.launch.meta import ACCOUNT_ACTIVE
from lib.launch.meta_http import Graph, Request
from lib.launch.meta_settings import Connection, Settings
from lib.money import CURRENCIES

NEEDED: Final = ("ads_management", "pages_manage_ads", "pages_read_engagement", "pages_show_list")
PAGE_FIELDS: Final = "id,name,has_whatsapp_number,whatsapp_number,instagram_business_account"
Step = Literal["settings", "switched_on", "token", "permissions", "account", "page", "number", "instagram"]
# where each thing is to be had, as a code the page has an address and words for
WHERE: Final[dict[str, str]] = {
    "settings": "secrets_file",
    "switched_on": "secrets_file",
    "token": "business_settings_system_users",
    "permissions": "business_settings_system_users",
    "account": "ads_manager_account_settings",
    "page": "page_settings",
    "number": "page_linked_accounts",
    "instagram": "page_linked_accounts",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One step of the check. `code` says what was found; `params` holds what the words need and never a secret."""

    step: Step
    ok: bool
    code: str
    account_id: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return "" if self.ok else WHERE[self.step]


def check(settings: Settings) -> Iterator[Look]:
    """Step by step, so that a page can show each as it comes. An account's later steps wait for its token."""
    for problem in settings.problems:
        yield Look("settings", False, problem.code, params={"setting": problem.setting})
    if not settings.problems and not settings.accounts:
        yield Look("settings", False, "no_account")
    yield Look("switched_on", settings.enabled, "on" if settings.enabled else "off")
    for connection in settings.accounts.values():
        yield from _check(connection, Graph(settings.url, settings.version, connection.token, settings.pace).send)


def _check(connection: Connection, send: Callable[[Request], dict[str, Any]]) -> Iterator[Look]:
    checks: tuple[tuple[Step, Callable[[], tuple[str, dict[str, Any]]]], ...] = (
        ("token", lambda: _token(connection, send)),
        ("permissions", lambda: _permissions(send)),
        ("account", lambda: _account(connection, send)),
        ("page", lambda: _page(connection, send)),
        ("number", lambda: _number(connection, send)),
        ("instagram", lambda: _instagram(connection, send)),
    )
    for step, look in checks:
        try:
            code, params = look()
        except Outcome as outcome:
            told = {name: outcome.detail[name] for name in ("title", "said") if name in outcome.detail}
            yield Look(step, False, outcome.reason, connection.account_id, told)
            if step == "token":
                return
        else:
            yield Look(step, code == "ok", code, connection.account_id, params)


def _token(connection: Connection, send: Callable[[Request], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    me = send(Request("me", "GET", "me", {"fields": "id,name"}))
    return "ok", {"name": str(me.get("name", ""))[:100], "ending": connection.token.ending}


def _permissions(send: Callable[[Request], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    rows = send(Request("me", "GET", "me/permissions")).get("data")
    rows = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    granted = {r.get("permission") for r in rows if r.get("status") == "granted"}
    missing = [name for name in NEEDED if name not in granted]
    return ("permissions_missing", {"missing": missing}) if missing else ("ok", {"granted": list(NEEDED)})


def _account(connection: Connection, send: Callable[[Request], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    account = send(meta_requests.account(connection.account_id))
    currency, zone = str(account.get("currency", "")), str(account.get("timezone_name", ""))
    told = {"name": str(account.get("name", ""))[:100], "currency": currency, "timezone": zone}
    if account.get("account_status") != ACCOUNT_ACTIVE:
        return "account_not_active", told
    if currency not in CURRENCIES:
        return "currency_not_verified", told
    if currency != connection.currency:
        return "currency_differs", {**told, "set_up": connection.currency}
    if connection.timezone and connection.timezone != zone:
        return "timezone_differs", {**told, "set_up": connection.timezone}
    if not connection.without_spend_cap and str(account.get("spend_cap") or "0") == "0":
        return "account_without_spend_cap", told
    return "ok", told


def _page(connection: Connection, send: Callable[[Request], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    return "ok", {"name": str(_page_told(connection, send).get("name", ""))[:100]}


def _page_told(connection: Connection, send: Callable[[Request], dict[str, Any]]) -> dict[str, Any]:
    return send(Request("page", "GET", connection.page_id, {"fields": PAGE_FIELDS}))


def _number(connection: Connection, send: Callable[[Request], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    page = _page_told(connection, send)
    linked = _digits(page.get("whatsapp_number"))
    if not page.get("has_whatsapp_number") and not linked:
        return "number_not_linked", {}
    if connection.phone_number and linked and _digits(connection.phone_number) != linked:
        return "number_differs", {"linked_ending": linked[-4:]}
    return "ok", {"ending": linked[-4:]}


def _instagram(connection: Connection, send: Callable[[Request], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    found = _page_told(connection, send).get("instagram_business_account")
    linked = str(found.get("id", "")) if isinstance(found, dict) else ""
    if not connection.instagram_user_id:
        return "instagram_missing", {"linked": linked}
    return ("ok", {}) if linked == connection.instagram_user_id else ("instagram_differs", {"linked": linked})


def _digits(number: Any) -> str:
    return "".join(c for c in str(number or "") if c.isdigit())
