"""Parsing in a process of its own, with limits on time and memory: a file can at worst stop its own reading."""

import gc
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from lib.catalog.parsing import CurrencyNeeded, Outcome, Parsed, Unreadable, parse

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
MEMORY_BYTES = 6 * 1024**3

_OUTCOME: TypeAdapter[Parsed | CurrencyNeeded | Unreadable] = TypeAdapter(Outcome)


class Request(BaseModel):
    now: datetime
    currency: str | None
    encoding: str | None
    timezone: str | None


def parse_apart(
    data: bytes,
    *,
    now: datetime,
    currency: str | None = None,
    encoding: str | None = None,
    timezone: str | None = None,
    seconds: float = SECONDS,
    memory_bytes: int = MEMORY_BYTES,
) -> Parsed | CurrencyNeeded | Unreadable:
    """As lib.catalog.parsing.parse; Unreadable took_too_long or parser_stopped when a limit was met."""
    request = Request(now=now, currency=currency, encoding=encoding, timezone=timezone)
    command = [sys.executable, "-m", "lib.catalog.apart", request.model_dump_json(), str(memory_bytes)]
    environment = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, cwd=ROOT, env=environment, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return Unreadable(code="took_too_long", params={"seconds": seconds})
    if done.returncode:
        return Unreadable(code="parser_stopped", params={"status": done.returncode})
    return _OUTCOME.validate_json(done.stdout)


def _limit(memory_bytes: int) -> None:
    import resource

    for limit, value in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, memory_bytes)):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS knows no limit on address space
            continue


def main() -> None:
    request = Request.model_validate_json(sys.argv[1])
    _limit(int(sys.argv[2]))
    gc.disable()  # a short life that only grows: collecting took a third of the time and freed nothing
    data = sys.stdin.buffer.read()
    outcome = parse(
        data, now=request.now, currency=request.currency, encoding=request.encoding, timezone=request.timezone
    )
    sys.stdout.buffer.write(outcome.model_dump_json().encode())


if __name__ == "__main__":
    main()
