"""The forecast that was frozen at launch against what happened, once the campaign is over."""

from dataclasses import dataclass

from lib.metrics.frames import Score
from lib.ui import campaign_findings, html
from lib.ui import format as f
from lib.ui.campaign_data import Seen
from lib.ui.language import N_, _, isolate

SCORED = {
    "impressions": N_("Shown"),
    "clicks": N_("Clicked"),
    "conversations": N_("Opened a chat"),
    "replied": N_("Got an answer"),
    "orders": N_("Ordered"),
    "revenue": N_("Sales"),
}
_VERDICT = {
    "below": N_("lower than the forecast of {band}"),
    "inside": N_("inside the forecast of {band}"),
    "above": N_("higher than the forecast of {band}"),
}


@dataclass(frozen=True)
class Line:
    """One measure; low, width, middle and actual are percent of the drawn scale."""

    code: str
    name: str
    place: str
    shown: str
    verdict: str
    low: float
    width: float
    middle: float
    actual: float


def draw_score(seen: Seen, currency: str) -> None:
    """Nothing before the last reply and parcel are known."""
    lines = [_line(score, currency) for score in seen.scores if score.metric in SCORED]
    if not lines:
        return
    by_place = {place: [line.name for line in lines if line.place == place] for place in _VERDICT}
    html.draw(
        "score.html",
        title=campaign_findings.score(by_place["inside"], by_place["below"], by_place["above"]),
        note=_("The forecast was frozen at launch. Eight of ten campaigns should end inside these bands."),
        lines=lines,
        inside=len(by_place["inside"]),
        of=len(lines),
    )


def _line(score: Score, currency: str) -> Line:
    is_money = score.metric == "revenue"
    place = "inside" if score.inside else "below" if score.actual < score.low else "above"
    whole = 1.15 * max(score.actual, score.high, 1)
    low = max(score.low, 0)
    shown = f.money_micro(score.actual, currency) if is_money else f.count(score.actual)
    band = f.money_band(score.low, score.high, currency) if is_money else f.count_band(score.low, score.high)
    return Line(
        code="money" if is_money else score.metric,
        name=_(SCORED[score.metric]),
        place=place,
        shown=shown,
        verdict=_(_VERDICT[place], band=isolate(band)),
        low=round(100 * low / whole, 1),
        width=round(100 * (score.high - low) / whole, 1),
        middle=round(100 * score.middle / whole, 1),
        actual=round(100 * score.actual / whole, 1),
    )
