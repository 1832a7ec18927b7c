"""A platform as the launch sees it: the same few calls whether it is simulated or Meta's own.

Every call either returns, which means the platform surely did it, or raises one of the outcomes below. Anything else
that comes out of an adapter is treated as Unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from lib.ads.plan import Plan
from lib.launch.objects import Identity
from lib.launch.results import Results

ObjectKind = Literal["campaign", "adset", "image", "creative", "ad"]
Status = Literal["ACTIVE", "PAUSED", "ARCHIVED"]
Fields = Mapping[str, Any]


class Outcome(Exception):
    """Why a call did not simply succeed."""

    def __init__(
        self,
        reason: str,
        *,
        code: int | None = None,
        subcode: int | None = None,
        http: int | None = None,
        trace_id: str | None = None,
        detail: Fields | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason, self.code, self.subcode, self.http, self.trace_id = reason, code, subcode, http, trace_id
        self.detail = dict(detail or {})


class NotSent(Outcome):
    """Nothing left this machine: try again soon."""


class Throttled(Outcome):
    """Refused for now, surely not done. `wait` is what the platform asks for, None when it does not say."""

    def __init__(self, reason: str, *, wait: timedelta | None = None, **more: Any) -> None:
        super().__init__(reason, **more)
        self.wait = wait


class Unknown(Outcome):
    """The answer was not read: it may or may not have been done."""


class NotThereYet(Outcome):
    """An object made a moment ago is not found yet: reads lag behind writes."""


class Rejected(Outcome):
    """The platform said no, and will again."""


class Barred(Outcome):
    """The account or the token may not do this at all; a person must look."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait for what. Tests make them short.

    A tag that was not found `looks` times, `between_looks` apart, the first of them `grace` after the lost answer, is
    taken as never created. `call` is the longest a single call may take: nobody else takes the launch over meanwhile.
    """

    grace: timedelta
    between_looks: timedelta
    looks: int = 2
    backoff: timedelta = timedelta(seconds=2)
    throttle: timedelta = timedelta(seconds=2)
    call: timedelta = timedelta(0)
    longest_backoff: timedelta = timedelta(hours=1)
    tries: int = 6

    def after(self, tries: int) -> timedelta:
        return min(self.longest_backoff, self.backoff * 2**tries)

    def throttled(self, tries: int, luck: float) -> timedelta:
        """Twice as long each time, and up to half as long again by luck (0 to 1): many must not come back at once."""
        return min(self.longest_backoff, self.throttle * 2**tries * (1 + luck / 2))


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """An object as the platform reads it back. `fields` are those it was created with."""

    id: str
    kind: ObjectKind
    name: str
    status: str
    effective_status: str
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """The platform's verdict on the ads. `policies` are codes of what they are said to break."""

    verdict: Literal["pending", "passed", "refused"]
    policies: tuple[str, ...] = ()


class Adapter(Protocol):
    name: str
    origin: Literal["simulated", "measured"]
    waits: Waits
    identity: Identity

    def validate(self, account_id: str, plan: Plan) -> None:
        """Raises Rejected for a plan the platform would not take."""

    def create(self, account_id: str, kind: ObjectKind, name: str, fields: Fields) -> str:
        """The new object's id. It is PAUSED. An image's id is the hash of its bytes: again changes nothing."""

    def find(self, account_id: str, kind: ObjectKind, tag: str) -> tuple[str, ...]:
        """Ids of objects whose name holds the tag, whatever their status, oldest first."""

    def read(self, kind: ObjectKind, object_id: str) -> RemoteObject: ...

    def set_status(self, object_id: str, status: Status) -> None: ...

    def update(self, object_id: str, fields: Fields) -> None: ...

    def review(self, campaign_id: str) -> Review: ...

    def look_again(self, state: str, *, reviewed: bool) -> timedelta:
        """How long not to ask about a launch that was just looked at."""

    def results(self, launch_id: int, since_hour: int) -> Results | None:
        """What became known since `since_hour` hours of the campaign were written; None when nothing did."""

    def estimate(self, account_id: str, plan: Plan) -> Mapping[str, Any] | None:
        """The platform's own estimate of the audience; None when it gives none."""

    def now(self) -> datetime: ...
