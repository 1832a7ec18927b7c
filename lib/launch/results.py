"""What an adapter reports about a running launch, as plain values; `lib.launch.sync` writes them down."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.chats.recording import ChatRecord


@dataclass(frozen=True, slots=True)
class Cell:
    """One ad on one placement in one hour."""

    ad: str
    placement: str
    hour: int  # hours since the Unix epoch, UTC
    impressions: int
    clicks: int
    conversations: int
    spend_micro: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Different people reached so far, at the end of the hour. `scope` is "all" or a placement."""

    scope: str
    hour: int
    people: int


@dataclass(frozen=True, slots=True)
class Results:
    """`until_hour` hours of the plan (and what follows it) are in these and all earlier results.

    `edits` is how many dated edits they were computed with: rows computed before an edit was known are not written.
    """

    until_hour: int
    edits: int = 0
    cells: Sequence[Cell] = ()
    reach: Sequence[Reach] = ()
    chats: Sequence[ChatRecord] = ()
    checkpoints: Sequence[tuple[int, bytes]] = ()
    engine_version: str = ""
    final: bool = False  # nothing more will come
