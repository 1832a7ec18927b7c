"""How a launch stands, in a shop owner's words: one sentence, and the steps of getting it on the air."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lib.ads.plan import Plan
from lib.launch.edits import Progress
from lib.launch.journal import Standing
from lib.launch.launches import Launch
from lib.launch.objects import activation_of, steps_of
from lib.ui import format as f
from lib.ui import words
from lib.ui.campaign_hero import Head, Stage
from lib.ui.language import _, isolate, ngettext

TROUBLE = frozenset({"FAILED", "REFUSED", "NEEDS_REVIEW"})
_TONES = {"LIVE": "live", "REVIEW": "wait", "ENDED": "still", "PAUSED": "still", "CANCELLED": "still"}
_ON_THE_WAY = ("CONFIRMED", "VALIDATING", "CREATING", "VERIFYING", "ACTIVATING")


@dataclass(frozen=True)
class Situation:
    """`phase` is the launch's state, with REVIEW and REFUSED told apart and ENDED as soon as the clock is there."""

    launch: Launch
    plan: Plan
    standing: Standing
    progress: Progress | None

    @property
    def phase(self) -> str:
        state = self.standing.state
        if state == "FAILED" and self.standing.reason == "refused_by_review":
            return "REFUSED"
        if state in {"LIVE", "PAUSED"}:
            if self.progress and self.progress.ended:
                return "ENDED"
            if "review" not in self.standing.done:
                return "REVIEW"
        return state

    @property
    def origin(self) -> str:
        return "simulated" if self.launch.adapter == "simulated" else "measured"

    @property
    def is_starting(self) -> bool:
        return self.phase in {*_ON_THE_WAY, "REVIEW"}

    @property
    def ended_early(self) -> bool:
        return self.progress is not None and self.progress.end_hour < self.launch.hours

    @property
    def never_ran(self) -> bool:
        """It is over and nobody ever saw the ad."""
        return self.phase in {"REFUSED", "FAILED", "CANCELLED"}

    @property
    def is_moving(self) -> bool:
        """Whether anything on the page may change by itself within seconds."""
        if self.standing.state == "ENDED" or self.phase in TROUBLE | {"CANCELLED"}:
            return False
        return self.is_starting or bool(self.standing.wanted) or self.clock_runs

    @property
    def clock_runs(self) -> bool:
        return bool(self.progress and self.progress.segments[-1].speed > 0)

    @property
    def moment(self) -> datetime:
        """Where simulated time stands, in whole hours: results are known by the hour."""
        seen = self.progress.visible_hours if self.progress else 0
        return datetime.fromtimestamp((self.plan.start_hour + seen) * 3600, UTC)

    @property
    def day(self) -> int:
        """Day of the campaign in the shop's own calendar, from 1."""
        last = self.plan.days
        return min(max((_local(self).date() - self.plan.first_day).days + 1, 1), last)


def _local(situation: Situation) -> datetime:
    return situation.moment.astimezone(ZoneInfo(situation.plan.timezone))


def head(situation: Situation) -> Head:
    phase = situation.phase
    return Head(
        name=situation.launch.name,
        picture=next((c.picture for c in situation.plan.creatives if c.picture), ""),
        state=phase,
        tone="trouble" if phase in TROUBLE else _TONES.get(phase, "wait"),
        state_words=words.say(words.LAUNCH_STATE, phase),
        detail=_detail(situation),
        simulated=situation.launch.adapter == "simulated",
    )


def _detail(situation: Situation) -> str:
    phase, plan = situation.phase, situation.plan
    if situation.standing.unknown_since:
        return _("We do not know yet whether the platform created it. We are checking. Do not start it again.")
    if phase == "LIVE":
        return _("{days}, {budget}", days=ngettext("{n} day", "{n} days", plan.days), budget=budget(plan))
    if phase == "ENDED":
        dates = _("{first} to {last}", first=isolate(f.day(plan.first_day)), last=isolate(f.day(plan.last_day)))
        return _("{dates}, {budget}", dates=dates, budget=budget(plan))
    if phase == "REFUSED":
        policies = situation.standing.detail.get("policies", [])
        why = words.say(words.POLICY, policies[0]) if policies else _("no reason was given")
        return _("The platform says {why}. Nothing was spent. Change the ad and launch it again.", why=why)
    if phase in TROUBLE and situation.standing.reason in words.LAUNCH_REASON:
        return f"{_(words.LAUNCH_REASON[situation.standing.reason])} {_(words.LAUNCH_NEXT[phase])}"
    return words.say(words.LAUNCH_NEXT, phase)


def budget(plan: Plan) -> str:
    amount = isolate(f.money(plan.budget.amount_minor, plan.currency))
    return _("{amount} a day", amount=amount) if plan.budget.kind == "daily" else _("{amount} in all", amount=amount)


def stages(situation: Situation) -> tuple[Stage, ...]:
    """What happens between the confirmation and the first person who sees the ad."""
    done, order = situation.standing.done, _order(situation.plan)
    reached = [all(step in done for step in steps) for _name, steps in order]
    now = next((i for i, there in enumerate(reached) if not there), len(order))
    broken = situation.phase in TROUBLE | {"CANCELLED"}

    def stage(i: int) -> str:
        if i < now:
            return "done"
        return ("failed" if broken else "now") if i == now else "later"

    return (Stage(_("Confirmed"), "done"), *(Stage(name, stage(i)) for i, (name, _steps) in enumerate(order)))


def _order(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (_("Plan checked"), ("validate",)),
        (_("Created, switched off"), steps_of(plan)),
        (_("Compared with the plan"), ("verify",)),
        (_("Switched on"), activation_of(plan)),
        (_("Reviewed by the platform"), ("review",)),
    ]
