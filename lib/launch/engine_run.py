"""The exact engine behind the simulated platform: stepped to what is visible, kept in memory and in checkpoints."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sqlite_utils import Database

from lib.ads.plan import load_plan
from lib.ads.scenario import scenario_of
from lib.chats.recording import ChatRecord
from lib.launch import edits
from lib.launch.edits import DatedEdit, Progress
from lib.launch.results import Cell, Reach, Results
from lib.market import scenario as market
from lib.money import minor_to_micro
from lib.store.assumptions import load_assumptions

if TYPE_CHECKING:
    from lib.market import exact

TAIL_HOURS = 14 * 24  # the longest the desk works on after the end, until every chat and parcel has come to its end
HOURS_A_BATCH = 168
CHECKPOINT_HOURS = 24
REMEMBERED = 8
ANSWERED_BY = {"agent": "desk", "bot": "bot"}


@dataclass(slots=True)
class _Run:
    edits: int
    state: "exact.State"


class EngineRuns:
    """Running simulations of one worker. What it forgets it reads back from checkpoints and steps again."""

    def __init__(self) -> None:
        self._runs: OrderedDict[int, _Run] = OrderedDict()

    def results(self, db: Database, launch_id: int, since: int, here: Progress) -> Results | None:
        """The hours from `since` to what is visible, at most HOURS_A_BATCH of them; None when there are none.

        Once the launch has ended, what is still open then is followed to its end in the same go: last replies, orders
        and parcels.
        """
        until = here.end_hour + TAIL_HOURS if here.ended else here.visible_hours
        batch = min(until, since + HOURS_A_BATCH)
        if batch <= since and not here.ended:
            return None
        launch = next(iter(db.query("SELECT * FROM launch WHERE id = ?", [launch_id])))
        dated = edits.edits_of(db, launch_id)
        run = self._at(db, launch, dated, since)
        gathered = _Gathered(launch["starts_hour"])
        while run.state.hour < batch and not (here.ended and _is_over(run.state, here.end_hour)):
            gathered.step(run)
        self._runs[launch_id] = run
        while len(self._runs) > REMEMBERED:
            self._runs.popitem(last=False)
        final = here.ended and (run.state.hour == until or _is_over(run.state, here.end_hour))
        return gathered.results(run.state.hour, len(dated), final=final)

    def _at(self, db: Database, launch: dict[str, Any], dated: tuple[DatedEdit, ...], hour: int) -> _Run:
        """A run that stands at the hour, with the edits known now."""
        # imported late: a worker that only carries launches to a platform never loads compiled code
        from lib.market import exact

        known = self._runs.pop(launch["id"], None)
        if known and known.edits == len(dated) and known.state.hour == hour:
            return known
        scenario = scenario_with(load_plan(launch["spec_json"], launch["spec_sha256"]), dated)
        if known and known.state.hour == hour:
            return _Run(len(dated), known.state.with_scenario(scenario))
        state = _stored(db, launch["id"], hour, scenario) or exact.start(
            scenario, load_assumptions(), seed=launch["seed"]
        )
        while state.hour < hour:
            state, _ = exact.step(state)
        return _Run(len(dated), state)


def _stored(db: Database, launch_id: int, hour: int, scenario: market.Scenario) -> "exact.State | None":
    """The newest checkpoint at or before the hour that this engine can read."""
    from lib.market import exact

    rows = db.execute(
        "SELECT state FROM checkpoint WHERE launch_id = ? AND hour <= ? AND engine_version = ? ORDER BY hour DESC",
        [launch_id, hour, engine_version()],
    ).fetchall()
    for (packed,) in rows:
        try:
            return exact.loads(packed, scenario, load_assumptions())
        except exact.BadState:
            continue
    return None


def _is_over(state: "exact.State", end_hour: int) -> bool:
    return state.hour >= end_hour and not state.courses


def engine_version() -> str:
    """Names the engine and what it believes: another one starts again from the beginning."""
    from lib.market import exact

    return f"{exact.engine_version()}+{load_assumptions().digest()[:12]}"


class _Gathered:
    """Hours as rows."""

    def __init__(self, starts_hour: int) -> None:
        self._start = starts_hour
        self._cells: list[Cell] = []
        self._reach: list[Reach] = []
        self._chats: dict[str, ChatRecord] = {}
        self._checkpoints: list[tuple[int, bytes]] = []

    def step(self, run: _Run) -> None:
        from lib.market import exact

        run.state, hour = exact.step(run.state)
        at = self._start + hour.hour
        self._cells += [_cell(c, at) for c in hour.cells if c.impressions or c.clicks or c.conversations]
        if any(c.reach_new for c in hour.cells):
            self._reach.append(Reach("all", at, hour.reach_total))
            self._reach += [Reach(scope, at, people) for scope, people in hour.reach_by_placement.items()]
        self._chats |= {str(chat.id): _chat(chat, over=chat.id not in run.state.courses) for chat in hour.chats}
        if run.state.hour % CHECKPOINT_HOURS == 0:
            self._checkpoints.append((run.state.hour, run.state.dumps()))

    def results(self, until: int, edits_known: int, *, final: bool) -> Results:
        return Results(
            until_hour=until,
            edits=edits_known,
            cells=self._cells,
            reach=self._reach,
            chats=list(self._chats.values()),
            checkpoints=self._checkpoints[-2:],
            engine_version=engine_version(),
            final=final,
        )


def _cell(cell: "exact.Cell", hour: int) -> Cell:
    return Cell(
        ad=cell.creative,
        placement=cell.placement,
        hour=hour,
        impressions=int(cell.impressions),
        clicks=int(cell.clicks),
        conversations=int(cell.conversations),
        spend_micro=int(cell.spend_micro),
    )


def _chat(chat: "exact.Chat", *, over: bool) -> ChatRecord:
    return ChatRecord(
        id=str(chat.id),
        ad=chat.creative,
        placement=chat.placement,
        person=str(chat.person),
        started_s=int(chat.started_s),
        replied_s=_whole(chat.replied_s),
        answered_by=ANSWERED_BY[chat.answered_by] if chat.answered_by else None,
        left_s=_whole(chat.left_s),
        messages=int(chat.messages),
        ordered_s=_whole(chat.ordered_s),
        order_micro=int(chat.order_micro),
        units=int(chat.units),
        recovered=chat.recovered,
        fate=_fate(chat),
        fate_s=_whole(chat.delivered_s),
        clicked=chat.clicked,
        referral=chat.referral,
        over=over,
    )


def _fate(chat: "exact.Chat") -> Literal["delivered", "refused", "returned"] | None:
    if chat.delivered is None:
        return None
    if chat.delivered:
        return "delivered"
    return "returned" if chat.returned else "refused"


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds)


def scenario_with(plan: Any, dated: tuple[DatedEdit, ...]) -> market.Scenario:
    """The plan's scenario with what people changed on the way."""
    scenario = scenario_of(plan)
    in_flight = (e for e in dated if e.hour < len(scenario.calendar))
    return replace(scenario, edits=tuple(_edit(e, scenario) for e in in_flight))


def _edit(dated: DatedEdit, scenario: market.Scenario) -> market.Edit:
    if dated.kind == "budget":
        amount = minor_to_micro(int(dated.value), scenario.currency)
        return market.Edit(dated.hour, "budget", replace(scenario.budget, amount_micro=amount))
    if dated.kind == "desk":
        desk = market.Desk(tuple(dated.value["agents"]), dated.value["chats_each"], dated.value["bot_share"])
        return market.Edit(dated.hour, "desk", desk)
    if dated.kind in ("pause", "end"):
        return market.Edit(dated.hour, "pause")
    if dated.kind == "resume":
        return market.Edit(dated.hour, "resume")
    return market.Edit(dated.hour, dated.kind, dated.value)  # type: ignore[arg-type]
