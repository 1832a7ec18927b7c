"""The exact engine behind the simulated platform: stepped to what is visible, kept in memory and in checkpoints."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sqlite_utils import Database

from lib.ads.plan import load_plan
from lib.ads.scenario import scenario_of
from lib.chats.counter import Said
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
SAY = "say"  # what a person said to a customer, in the dated log


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
        gathered = _Gathered(launch["starts_hour"], said_in(dated))
        while run.state.hour < batch and not (here.ended and _is_over(run.state, here.end_hour)):
            gathered.step(run)
        self._runs[launch_id] = run
        while len(self._runs) > REMEMBERED:
            self._runs.popitem(last=False)
        final = here.ended and (run.state.hour == until or _is_over(run.state, here.end_hour))
        return gathered.results(run.state.hour, len(dated), final=final)

    def _at(self, db: Database, launch: dict[str, Any], dated: tuple[DatedEdit, ...], hour: int) -> _Run:
        """A run that stands at the hour, with the edits known now."""
        known = self._runs.pop(launch["id"], None)
        if known and known.edits == len(dated) and known.state.hour == hour:
            return known
        scenario = scenario_with(load_plan(launch["spec_json"], launch["spec_sha256"]), dated)
        if known and known.state.hour == hour:
            return _Run(len(dated), known.state.with_scenario(scenario))
        return _Run(len(dated), _replayed(db, launch, scenario, hour))


def state_at(db: Database, launch: dict[str, Any], dated: tuple[DatedEdit, ...], hour: int) -> "exact.State":
    """The launch's simulation at the start of the hour, from the newest checkpoint before it."""
    return _replayed(db, launch, scenario_with(load_plan(launch["spec_json"], launch["spec_sha256"]), dated), hour)


def _replayed(db: Database, launch: dict[str, Any], scenario: market.Scenario, hour: int) -> "exact.State":
    from lib.market import exact

    state = _stored(db, launch["id"], hour, scenario) or exact.start(
        scenario, load_assumptions(), seed=launch["seed"]
    )  # fmt: skip
    while state.hour < hour:
        state, _ = exact.step(state)
    return state


# imported late throughout: a worker that only carries launches to a platform never loads compiled code
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

    def __init__(self, starts_hour: int, said: Mapping[str, tuple[Said, ...]]) -> None:
        self._start = starts_hour
        self._said = said
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
        self._chats |= {str(chat.id): self._chat(chat, run) for chat in hour.chats}
        # what a person said since belongs to chats the engine has nothing new of
        end = run.state.hour * 3600
        for chat_id, said in self._said.items():
            if any(end - 3600 <= one.second < end for one in said) and int(chat_id) in run.state.courses:
                self._chats[chat_id] = self._chat(run.state.courses[int(chat_id)].chat, run)
        if run.state.hour % CHECKPOINT_HOURS == 0:
            self._checkpoints.append((run.state.hour, run.state.dumps()))

    def _chat(self, chat: "exact.Chat", run: _Run) -> ChatRecord:
        record = _chat(chat, over=chat.id not in run.state.courses)
        said = tuple(one for one in self._said.get(record.id, ()) if one.second < run.state.hour * 3600)
        if not said or record.replied_s is None:
            return record
        return replace(record, said=said, answered_by="person")

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
    return replace(scenario, edits=tuple(edit for e in in_flight for edit in _edits(e, scenario)))


def said_in(dated: tuple[DatedEdit, ...]) -> dict[str, tuple[Said, ...]]:
    """Everything people said to customers, by chat."""
    found: dict[str, tuple[Said, ...]] = {}
    for edit in dated:
        if edit.kind == SAY:
            chat = edit.value["chat"]
            found[chat] = (*found.get(chat, ()), Said.from_data(edit.value))
    return found


def _edits(dated: DatedEdit, scenario: market.Scenario) -> tuple[market.Edit, ...]:
    if dated.kind != SAY:
        return (_edit(dated, scenario),)
    # the first thing said answers; later ones find the customer answered and leave the engine as it is
    value = int(dated.value["chat"]), float(dated.value["second"])
    sells = dated.value["sells"]
    answer = market.Edit(dated.hour, "answer", value)
    return (answer, market.Edit(dated.hour, "sell", value)) if sells else (answer,)


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
