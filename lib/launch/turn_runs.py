"""The exact engine behind a person's turn: looked into hour by hour, and run once more as if nobody had sat down."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from lib.ads.plan import load_plan
from lib.launch import edits
from lib.launch.edits import DatedEdit
from lib.launch.engine_run import SAY, scenario_with, state_at

if TYPE_CHECKING:
    from lib.market import exact
    from lib.market.records import Chat

REMEMBERED = 4


@dataclass(slots=True)
class _Run:
    state: "exact.State"
    chats: dict[int, "Chat"] = field(default_factory=dict)
    seen: tuple[int, int] = (-1, -1)  # hour and edits of the last look
    look: "exact.State | None" = None
    shown: dict[int, "Chat"] = field(default_factory=dict)


class TurnRuns:
    """Turns of one process. What it forgets it steps through again."""

    def __init__(self) -> None:
        self._runs: dict[tuple[int, int], _Run] = {}

    def glimpse(
        self, db: Database, launch_id: int, from_hour: int, hour: int
    ) -> tuple["exact.State", tuple["Chat", ...]]:
        """The hour that runs now as it goes if nobody does anything more, and every chat since `from_hour`."""
        from lib.market import exact

        launch, dated = _launch(db, launch_id), edits.edits_of(db, launch_id)
        key = launch_id, from_hour
        run = self._runs.pop(key, None)
        if run is None or run.state.hour > hour:
            run = _Run(state_at(db, launch, dated, from_hour))
        if run.seen != (hour, len(dated)):
            state = run.state.with_scenario(_scenario(launch, dated))
            while state.hour < hour:
                state, stepped = exact.step(state)
                run.chats |= {chat.id: chat for chat in stepped.chats}
            look, ahead = exact.glimpse(state)
            run.state, run.look, run.seen = state, look, (hour, len(dated))
            run.shown = run.chats | {chat.id: chat for chat in ahead.chats}
        self._runs[key] = run
        while len(self._runs) > REMEMBERED:
            del self._runs[next(iter(self._runs))]
        assert run.look is not None
        return run.look, tuple(run.shown.values())


def without_turn(db: Database, launch_id: int, from_hour: int, until_hour: int) -> tuple["Chat", ...]:
    """The chats of those hours with the desk that was there before the turn."""
    from lib.market import exact

    launch, dated = _launch(db, launch_id), edits.edits_of(db, launch_id)
    own = tuple(e for e in dated if e.kind != SAY and not (e.kind == "desk" and e.hour >= from_hour))
    state = state_at(db, launch, own, from_hour).with_scenario(_scenario(launch, own))
    chats: dict[int, Chat] = {}
    while state.hour <= until_hour:
        state, stepped = exact.step(state)
        chats |= {chat.id: chat for chat in stepped.chats}
    return tuple(chats.values())


def _launch(db: Database, launch_id: int) -> dict[str, Any]:
    return next(iter(db.query("SELECT * FROM launch WHERE id = ?", [launch_id])))


def _scenario(launch: dict[str, Any], dated: tuple[DatedEdit, ...]) -> Any:
    return scenario_with(load_plan(launch["spec_json"], launch["spec_sha256"]), dated)
