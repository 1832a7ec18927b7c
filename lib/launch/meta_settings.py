"""How Meta is reached: switched on, accounts, tokens and caps, from the environment or the secrets file alone.

Nothing here is kept in the database, and nothing is a reason to fail: what is wrong becomes a Problem, and an account
with a problem is not used.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lib.launch.adapter import Waits
from lib.launch.guards import Caps
from lib.launch.objects import Identity
from lib.launch.redact import Secret
from lib.money import BadAmount, UnknownCurrency, parse_amount

GRAPH = "https://graph.facebook.com"
VERSION = "v26.0"
_ON = frozenset({"on", "true", "1", "yes"})
_ACCOUNT = re.compile(r"act_\d{3,20}")
_ID = re.compile(r"\d{3,20}")
_PHONE = re.compile(r"\+?\d{6,15}")
_TOKEN = re.compile(r"[\x21-\x7e]{8,1000}")
_FIELDS = (
    "account", "token", "page", "instagram", "phone", "currency", "timezone", "cap_launch", "cap_day", "cap_account",
    "without_spend_cap",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the settings that keeps an account from being used: a code, and the setting it is about."""

    code: str
    setting: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One ad account and in whose name it advertises. `timezone` is the account's own, "" while unknown."""

    account_id: str
    token: Secret
    page_id: str
    instagram_user_id: str
    phone_number: str
    currency: str
    timezone: str
    caps: Caps
    without_spend_cap: bool = False

    @property
    def identity(self) -> Identity:
        return Identity(self.page_id, self.instagram_user_id, self.phone_number)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a launch on Meta is looked at, and how long a call may take in all."""

    deadline: timedelta = timedelta(seconds=30)
    connect: timedelta = timedelta(seconds=5)
    review: timedelta = timedelta(seconds=60)
    insights: timedelta = timedelta(minutes=15)
    after_end: timedelta = timedelta(hours=6)
    settling: timedelta = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Settings:
    enabled: bool = False
    url: str = GRAPH
    version: str = VERSION
    waits: Waits = field(
        default_factory=lambda: Waits(
            grace=timedelta(seconds=60), between_looks=timedelta(seconds=30), throttle=timedelta(minutes=1)
        )
    )
    pace: Pace = Pace()
    accounts: Mapping[str, Connection] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def connection(self, account_id: str) -> Connection | None:
        """None while real launches are switched off or the account is not set up."""
        return self.accounts.get(account_id) if self.enabled else None


def read_settings(environment: Mapping[str, str] | None = None, secrets: Mapping[str, Any] | None = None) -> Settings:
    """Settings as they stand. `secrets` are Streamlit's; without them its file is read (.streamlit/secrets.toml)."""
    env = os.environ if environment is None else environment
    told, problems = _secrets_file(env) if secrets is None else (secrets, [])
    meta = told.get("meta") or {}
    url, more = _url(_text(env.get("STUDIO_META_URL") or meta.get("url") or GRAPH))
    version = _text(env.get("STUDIO_META_VERSION") or meta.get("version") or VERSION)
    if not re.fullmatch(r"v\d{2}\.0", version):
        more, version = [*more, Problem("bad_version", "version")], VERSION
    accounts, wrong = _accounts(env, meta)
    return Settings(
        enabled=_text(env.get("STUDIO_META") or meta.get("enabled", "")).casefold() in _ON,
        url=url,
        version=version,
        waits=_waits(env),
        pace=_pace(env),
        accounts=accounts,
        problems=(*problems, *more, *wrong),
    )


def _secrets_file(env: Mapping[str, str]) -> tuple[Mapping[str, Any], list[Problem]]:
    path = Path(env.get("STUDIO_SECRETS") or Path(".streamlit") / "secrets.toml")
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError):
        return {}, [Problem("secrets_unreadable", "secrets.toml")]
    open_to_others = os.name == "posix" and "meta" in told and path.stat().st_mode & 0o077
    return told, [Problem("secrets_open_to_others", "secrets.toml")] if open_to_others else []


def _url(url: str) -> tuple[str, list[Problem]]:
    """Graph itself, or a stand-in on this machine: a token goes nowhere else."""
    try:
        parts = urlsplit(url)
        here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"} and parts.port
    except ValueError:
        here = None
    if url == GRAPH or (here and parts.path in {"", "/"} and not parts.query and not parts.username):
        return url.rstrip("/"), []
    return GRAPH, [Problem("bad_url", "url")]


def _accounts(env: Mapping[str, str], meta: Mapping[str, Any]) -> tuple[dict[str, Connection], list[Problem]]:
    named = {name: env.get(f"STUDIO_META_{name.upper()}", "") for name in _FIELDS}
    listed = meta.get("accounts") or ()
    rows: list[Mapping[str, Any]] = [named] if named["account"] or named["token"] else []
    rows += [row for row in listed if isinstance(row, Mapping)]
    accounts: dict[str, Connection] = {}
    problems: list[Problem] = []
    for row in rows:
        wrong, connection = _connection(row)
        if connection and connection.account_id in accounts:
            wrong, connection = [Problem("account_twice", "account")], None
        problems += wrong
        if connection:
            accounts[connection.account_id] = connection
    return accounts, problems


def _connection(row: Mapping[str, Any]) -> tuple[list[Problem], Connection | None]:
    said = {name: _text(row.get(name, "")) for name in _FIELDS}
    if said["account"].isdigit():
        said["account"] = f"act_{said['account']}"
    shapes = {"account": _ACCOUNT, "token": _TOKEN, "page": _ID, "instagram": _ID, "phone": _PHONE}
    wrong = [Problem(f"{name}_missing", name) for name in ("account", "token", "page") if not said[name]]
    wrong += [
        Problem(f"bad_{name}", name) for name, shape in shapes.items() if said[name] and not shape.fullmatch(said[name])
    ]
    caps, bad_caps = _caps(said)
    wrong += bad_caps
    if said["timezone"] and not _is_zone(said["timezone"]):
        wrong.append(Problem("bad_timezone", "timezone"))
    if wrong:
        return wrong, None
    return [], Connection(
        account_id=said["account"],
        token=Secret(said["token"]),
        page_id=said["page"],
        instagram_user_id=said["instagram"],
        phone_number=said["phone"],
        currency=said["currency"],
        timezone=said["timezone"],
        caps=caps,
        without_spend_cap=said["without_spend_cap"].casefold() in _ON,
    )


def _caps(said: Mapping[str, str]) -> tuple[Caps, list[Problem]]:
    """All three, in the account's currency: without them nothing is launched for real money."""
    amounts, wrong = {}, []
    for name in ("cap_launch", "cap_day", "cap_account"):
        try:
            amounts[name] = parse_amount(said[name], said["currency"])
        except UnknownCurrency:
            code = "currency_not_verified" if said["currency"] else "currency_missing"
            return Caps(), [Problem(code, "currency")]
        except BadAmount:
            wrong.append(Problem("bad_cap" if said[name] else "cap_missing", name))
    if wrong:
        return Caps(), wrong
    return Caps(amounts["cap_launch"], amounts["cap_account"], amounts["cap_day"]), []


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _waits(env: Mapping[str, str]) -> Waits:
    base = Settings().waits
    return Waits(
        grace=_seconds(env, "GRACE", base.grace),
        between_looks=_seconds(env, "BETWEEN_LOOKS", base.between_looks),
        backoff=_seconds(env, "BACKOFF", base.backoff),
        throttle=_seconds(env, "THROTTLE", base.throttle),
    )


def _pace(env: Mapping[str, str]) -> Pace:
    base = Pace()
    return Pace(
        deadline=_seconds(env, "DEADLINE", base.deadline),
        connect=_seconds(env, "CONNECT", base.connect),
        review=_seconds(env, "REVIEW_POLL", base.review),
        insights=_seconds(env, "INSIGHTS_POLL", base.insights),
    )


def _seconds(env: Mapping[str, str], name: str, usual: timedelta) -> timedelta:
    """STUDIO_META_<name>_S in seconds; nonsense leaves the usual."""
    try:
        seconds = float(env.get(f"STUDIO_META_{name}_S", ""))
    except ValueError:
        return usual
    return timedelta(seconds=seconds) if 0 < seconds < 1e6 else usual


def _text(value: Any) -> str:
    return ("on" if value else "") if isinstance(value, bool) else str(value).strip()
