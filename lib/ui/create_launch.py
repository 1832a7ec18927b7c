"""The bar at the bottom: what the ad would bring, and the launch."""

import streamlit as st

from lib.ads.budgets import worst_case_minor
from lib.ads.checks import Check, errors
from lib.ads.draft import Draft
from lib.ads.drafts import save_draft
from lib.ads.expectation import expect
from lib.ads.plan import PlanRefused, freeze
from lib.ads.scenario import scenario_of
from lib.launch import launches
from lib.launch.launches import Launch
from lib.market.fast import Forecast
from lib.store import open_database
from lib.ui import check_words, forecast_card, html, shell
from lib.ui import format as f
from lib.ui.charts import plain
from lib.ui.create_draft import Work, duplicate
from lib.ui.language import _, isolate, ngettext

WHO = "owner"


def bar(work: Work, checks: tuple[Check, ...]) -> None:
    """Forecast and launch in one row that stays in view."""
    wrong = errors(checks)
    forecast = forecast_card.expected(work.draft, work.item, work.shop, shell.now())
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="create-bar"):
        forecast_card.draw(forecast, work.draft.currency, key="create-forecast")
        with st.container(key="create-go", width="stretch"):
            if work.launched:
                _launched(work, work.launched[0])
            else:
                _launch_button(work, wrong, forecast)


def _launch_button(work: Work, wrong: tuple[Check, ...], forecast: Forecast | None) -> None:
    if st.button(_("Launch"), key="create-launch", type="primary", width="stretch", disabled=bool(wrong)):
        confirm(work, forecast)
    if wrong:
        reason = check_words.words_of(wrong[0])
        st.html(html.render("troubles.html", troubles=[("error", reason)]))


def _launched(work: Work, launch: Launch) -> None:
    """The launch as the database knows it, instead of a button that would launch again."""
    shell.link("campaign", _("Open the campaign"), launch=str(launch.id), icon=":material/monitoring:", width="stretch")
    if st.button(_("Make a new ad from it"), key="create-copy", width="stretch"):
        shell.go("create", draft=duplicate(work))


def worst_case(draft: Draft) -> int:
    """The most the whole run can cost, in minor units."""
    if draft.budget.kind == "lifetime":
        return draft.budget.amount_minor
    return worst_case_minor(draft.budget.amount_minor, draft.schedule.first_day, draft.schedule.last_day)


def terms(draft: Draft) -> dict[str, str]:
    """What will be launched, line by line: name and words."""
    budget, days = draft.budget, draft.schedule
    amount = isolate(f.money(budget.amount_minor, draft.currency))
    daily = _("{amount} a day", amount=amount)
    places = len(draft.placements)
    length = ngettext("{n} day", "{n} days", days.days)
    return {
        _("Budget"): daily if budget.kind == "daily" else _("{amount} in all", amount=amount),
        _("Days"): _("{first} to {last} ({days})", first=f.day(days.first_day), last=f.day(days.last_day), days=length),
        _("At worst"): _("{amount}, whatever happens", amount=isolate(f.money(worst_case(draft), draft.currency))),
        _("People"): _(", ").join(check_words.country_name(code) for code in draft.audience.countries),
        _("Places"): ngettext("{n} place on Facebook and Instagram", "{n} places on Facebook and Instagram", places),
    }  # fmt: skip


def confirm(work: Work, forecast: Forecast | None) -> None:
    """What exactly is launched, then the one button that does it."""

    @st.dialog(_("Launch this ad?"), width="small")
    def ask() -> None:
        html.draw(
            "confirm.html",
            name=work.draft.name,
            terms=terms(work.draft),
            chats=_expected(forecast),
            simulated=_("Simulated launch: no money is spent and no real person sees the ad.")
            + " "
            + _("Time runs fast, one hour a second."),
        )
        if st.button(_("Launch now"), key="create-confirm", type="primary", width="stretch"):
            launch_now(work)

    ask()


def _expected(forecast: Forecast | None) -> str:
    if forecast is None:
        return ""
    chats, orders = forecast.bands["conversations"], forecast.bands["orders"]
    return _(
        "Forecast: {chats} chats, {orders} orders.",
        chats=isolate(f.count_band(chats.p10, chats.p90)),
        orders=isolate(f.count_band(orders.p10, orders.p90)),
    )


def launch_now(work: Work) -> None:
    """Writes the launch down, once however often it is asked for, and opens its campaign."""
    now = shell.now()
    try:
        plan = freeze(work.draft, work.item, work.shop, now)
    except PlanRefused as refused:
        for check in refused.checks:
            st.error(plain(check_words.words_of(check)))
        return
    frozen = expect(scenario_of(plan)).to_json()
    with open_database() as db:
        save_draft(db, work.draft, now)
        launch = launches.confirm(db, plan, by=WHO, now=now, forecast_json=frozen).launch
    shell.go("campaign", launch=str(launch.id))
