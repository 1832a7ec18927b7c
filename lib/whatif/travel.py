"""Cases as they travel: a short code for a link, a file for everything, tables for a spreadsheet."""

import base64
import binascii
import json
import zlib
from typing import Any, Literal

import pandas as pd
from pydantic import ValidationError

from lib.market.version import engine_version
from lib.money import MICRO
from lib.whatif.case import Case, Levers
from lib.whatif.compare import COUNTS, METRICS, Answer

MOST_CODE = 1_850  # characters: with the address around it a link stays below 2,000
MOST_JSON = 60_000  # bytes a case can have at all
FORMAT = "click-to-chat-studio what-if"
VERSION = "1"

Trouble = Literal["not_a_case", "newer_version", "too_large"]


class BadCase(ValueError):
    """The text is no case of ours; `code` says why."""

    def __init__(self, code: Trouble) -> None:
        super().__init__(code)
        self.code = code


class TooLong(ValueError):
    """The case does not fit a link: the file carries it."""


def stamped(case: Case) -> Case:
    """The case with the engine that its numbers come from here and now."""
    return case.model_copy(update={"engine": engine_version()})


def is_other_engine(case: Case) -> bool:
    return bool(case.engine) and case.engine != engine_version()


def to_code(case: Case) -> str:
    """For a link. Raises TooLong."""
    packed = zlib.compress(_compact(case), 9)
    code = VERSION + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(code) > MOST_CODE:
        raise TooLong
    return code


def from_code(code: str) -> Case:
    """Raises BadCase: nothing in a link is believed before it is checked."""
    if not code or len(code) > MOST_CODE or not code.isascii():
        raise BadCase("not_a_case")
    if code[0] != VERSION:
        raise BadCase("newer_version" if code[0].isdigit() else "not_a_case")
    body = code[1:]
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, MOST_JSON)
    except (binascii.Error, zlib.error, ValueError) as broken:
        raise BadCase("not_a_case") from broken
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BadCase("too_large")
    return _read(text)


def to_file(case: Case) -> bytes:
    body = {"format": FORMAT, **json.loads(_compact(case))}
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def from_file(data: bytes) -> Case:
    """Raises BadCase."""
    if len(data) > MOST_JSON:
        raise BadCase("too_large")
    return _read(data)


def _compact(case: Case) -> bytes:
    """JSON in which the baseline names what is not usual, and a variant what is not the baseline's."""
    body = case.model_dump(mode="json", exclude={"base", "variants", "agents"})
    body["agents"] = _run_lengths(case.agents)
    base = case.base.model_dump(mode="json")
    usual = {name: field.default for name, field in Levers.model_fields.items()}
    body["base"] = {name: value for name, value in base.items() if _jsonable(usual[name]) != value}
    body["variants"] = [
        {
            "name": variant.name,
            "levers": {k: v for k, v in variant.levers.model_dump(mode="json").items() if base[k] != v},
        }
        for variant in case.variants
    ]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _jsonable(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _run_lengths(numbers: tuple[int, ...]) -> list[int]:
    """[value, times, value, times, ...]"""
    packed: list[int] = []
    for number in numbers:
        if packed and packed[-2] == number:
            packed[-1] += 1
        else:
            packed += [number, 1]
    return packed


def _read(text: bytes) -> Case:
    try:
        body = json.loads(text)
        if not isinstance(body, dict):
            raise BadCase("not_a_case")
        version = body.get("version")
        if isinstance(version, int) and version > 1:
            raise BadCase("newer_version")
        if body.pop("format", FORMAT) != FORMAT:
            raise BadCase("not_a_case")
        pairs = body["agents"]
        if len(pairs) > 2 * 168 or len(pairs) % 2 or any(not 0 < n <= 168 for n in pairs[1::2]):
            raise BadCase("not_a_case")
        body["agents"] = [n for n, times in zip(pairs[::2], pairs[1::2], strict=True) for _ in range(times)]
        base = body["base"]
        body["variants"] = [
            {"name": v["name"], "levers": {**base, **v["levers"]}} for v in body.get("variants", [])[:9]
        ]
        return Case.model_validate(body)
    except BadCase:
        raise
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as broken:
        raise BadCase("not_a_case") from broken


def table(case: Case, answers: tuple[Answer, ...]) -> pd.DataFrame:
    """One row a metric of each set of levers: its own numbers, and the difference to the baseline. Money in units."""
    rows = []
    for told in answers:
        name = case.variants[told.index - 1].name if told.index else "baseline"
        for metric in METRICS:
            unit = 1.0 if metric in COUNTS or metric == "first_reply_minutes" else MICRO
            own, gap = told.values[metric], told.against.get(metric)
            rows.append(
                {
                    "variant": name,
                    "metric": metric,
                    "unit": "minutes" if metric == "first_reply_minutes" else "" if unit == 1.0 else case.currency,
                    **{level: getattr(own, level) / unit for level in ("p05", "p50", "p95", "mean")},
                    **{f"difference_{q}": getattr(gap, q) / unit if gap else None for q in ("p05", "p50", "p95")},
                    "better_share": gap.better if gap else None,
                    "runs": told.count,
                    "origin": "forecast",
                }
            )
    return pd.DataFrame(rows)
