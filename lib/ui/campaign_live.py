"""What moves on a campaign's page: the funnel, the clock, the big numbers, three charts, and the score at the end."""

from collections.abc import Callable

import streamlit as st

from lib.ui import campaign_charts, campaign_findings, campaign_hero, campaign_numbers, campaign_tables
from lib.ui.campaign_data import Seen, read
from lib.ui.campaign_score import draw_score
from lib.ui.campaign_state import Situation
from lib.ui.charts import Drawn, plain, show
from lib.ui.language import _, isolate


def draw_results(situation: Situation, draw_clock: Callable[[Situation], None]) -> Seen:
    seen = read(situation)
    with st.container(key="funnel"):
        campaign_hero.draw_funnel(campaign_numbers.funnel_steps(seen.numbers, seen.bands_now), situation.origin)
    draw_clock(situation)
    with st.container(key="figures"):
        campaign_hero.draw_figures(campaign_numbers.big_figures(seen.numbers, situation.plan))
    if situation.phase == "ENDED" and situation.ended_early:
        st.caption(plain(_("It was ended early, so it is not compared with the forecast of the whole run.")))
    elif situation.phase == "ENDED":
        draw_score(seen, situation.plan.currency)
    with st.container(key="three-charts"):
        left, right = st.columns(2, gap="large")
        with left:
            show(_spend(situation, seen))
        with right:
            show(_forecast(situation, seen))
        show(_hours(situation, seen))
    return seen


def _spend(situation: Situation, seen: Seen) -> Drawn:
    currency = situation.plan.currency
    finding = campaign_findings.spend(seen.spent_minor, seen.planned_minor, currency)
    return Drawn(
        key=f"spend-{situation.launch.id}",
        finding=finding,
        measure=_("Money spent since the start against an even pace, {currency}", currency=currency),
        chart=campaign_charts.spend_chart(seen.pace),
        alt=_("Line of the money spent so far beside a dashed line of an even pace"),
        table=lambda: campaign_tables.pace(seen, currency),
    )


def _forecast(situation: Situation, seen: Seen) -> Drawn:
    over = situation.phase == "ENDED"
    actual = round(seen.numbers.get("conversations") or 0)
    finding = campaign_findings.chats(actual, seen.bands_now.get("conversations"), over=over)
    return Drawn(
        key=f"chats-{situation.launch.id}",
        finding=finding,
        measure=_("Conversations since the start. Dots: what happened. Bands: 8 and 5 of 10 forecasts"),
        chart=campaign_charts.forecast_chart(seen.course),
        alt=_("Dots of the chats so far over the band of the forecast"),
        table=lambda: campaign_tables.course(seen),
    )


def _hours(situation: Situation, seen: Seen) -> Drawn:
    finding = campaign_findings.hours(seen.hours.started, seen.hours.lost)
    return Drawn(
        key=f"hours-{situation.launch.id}",
        finding=finding,
        measure=_(
            "Conversations that began and first answers given, by hour of the day in {zone}",
            zone=isolate(situation.plan.timezone),
        ),
        chart=campaign_charts.hours_chart(seen.hours),
        alt=_("Bars by hour of the day: who wrote, and who was answered"),
        table=lambda: campaign_tables.hours(seen),
    )
