"""Faults of a platform, on request: what happens before a call reaches it, and to its answer afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal, Protocol

from lib.launch.adapter import Barred, NotSent, Outcome, Throttled, Unknown

Fault = Literal["not_sent", "throttled", "lost_before", "lost_after", "barred"]


class Faults(Protocol):
    list_lag: timedelta

    def around(self, call: str):  # type: ignore[no-untyped-def]
        """A context manager the call runs in."""


class NoFaults:
    list_lag = timedelta(0)

    @contextmanager
    def around(self, call: str) -> Iterator[None]:
        yield


class ChosenFaults:
    """Asks `choose(call, nth)` before each call, nth counting that call's repetitions from 0."""

    def __init__(
        self, choose: Callable[[str, int], Fault | BaseException | None], list_lag: timedelta = timedelta(0)
    ) -> None:
        self._choose, self.list_lag = choose, list_lag
        self._seen: dict[str, int] = {}

    @contextmanager
    def around(self, call: str) -> Iterator[None]:
        nth = self._seen.get(call, 0)
        self._seen[call] = nth + 1
        fault = self._choose(call, nth)
        if isinstance(fault, str) and fault != "lost_after":
            raise _outcome(fault)
        yield
        if fault == "lost_after":
            raise Unknown("answer_lost")
        if isinstance(fault, BaseException):
            raise fault


def _outcome(fault: str) -> Outcome:
    if fault == "not_sent":
        return NotSent("not_sent")
    if fault == "throttled":
        return Throttled("throttled", wait=timedelta(seconds=1), code=17, subcode=2446079, http=400)
    if fault == "barred":
        return Barred("token_expired", code=190, subcode=463, http=400)
    return Unknown("answer_lost")
