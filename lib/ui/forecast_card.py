"""What an ad would bring, with bands: computed once a scenario, drawn as one row of figures and one sentence."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from lib.ads.draft import Draft
from lib.ads.expectation import expect
from lib.ads.scenario import CannotForecast, draft_scenario
from lib.catalog.model import Item
from lib.catalog.shops import Shop
from lib.market import fast
from lib.market.fast import Forecast
from lib.ui import format as f
from lib.ui import html, words
from lib.ui.components.preview import preview
from lib.ui.language import _, isolate

COUNTS = ("impressions", "clicks", "conversations", "orders")

MANY_UNANSWERED = 0.1  # share of the people who write beyond which the inbox is the limit
SLOW_MINUTES = 20
OFTEN = 3.0  # times one person sees the ad


@dataclass(frozen=True)
class Figure:
    """One number of the card: a band, its name in the owner's words, the field's term, the colour of its step."""

    code: str
    name: str
    term: str
    band: str
    step: str


def expected(draft: Draft, item: Item, shop: Shop, now: datetime) -> Forecast | None:
    """None while the draft says too little to be simulated."""
    try:
        return expect(draft_scenario(draft, item, shop, now))
    except CannotForecast:
        return None


def figures(forecast: Forecast, currency: str) -> list[Figure]:
    names = {
        "impressions": (_("times shown"), _("impressions")),
        "clicks": (_("taps on the button"), _("link clicks")),
        "conversations": (_("chats opened"), _("conversations")),
        "orders": (_("orders"), _("orders")),
    }
    bands = forecast.bands
    rows = [
        Figure(code, *names[code], f.count_band(bands[code].p10, bands[code].p90), code) for code in COUNTS
    ]  # fmt: skip
    cost, profit = bands["cost_per_conversation"], bands["profit"]
    return [
        *rows,
        _money("cost_per_conversation", _("cost of one chat"), _("cost per conversation"), cost, currency),
        _money("profit", _("profit"), _("after ads, goods and wages"), profit, currency),
    ]


def _money(code: str, name: str, term: str, band: fast.Band, currency: str) -> Figure:
    named = _("{name}, {currency}", name=name, currency=isolate(f.currency_sign(currency)))
    return Figure(code, named, term, f.amount_band(band.p10, band.p90, currency), "money")


def limit_of(forecast: Forecast) -> tuple[str, str]:
    """What holds the result back, most pressing first, and what would help."""
    bands = forecast.bands
    chats, replied = bands["conversations"].mean, bands["replied"].mean
    if chats < 1:
        return _("It may be that nobody writes at all."), _("More budget or more people would help.")
    unanswered = 1 - replied / chats
    n = f.count(max(round(10 * unanswered), 1))
    if bands["profit"].p90 < 0:
        why = _("What one order leaves does not pay for the ads and the people who answer.")
        if unanswered >= MANY_UNANSWERED:
            why = _("About {n} of 10 people who write get no answer in time.", n=n)
        return _("Even a good run costs more than it earns."), why
    if unanswered >= MANY_UNANSWERED:
        return (
            _("About {n} of 10 people who write get no answer in time: the inbox is the limit.", n=n),
            _("More people answering will bring more than more budget."),
        )
    wait = bands["first_reply_minutes"].p50
    if wait > SLOW_MINUTES:
        return _("The first answer takes about {wait}.", wait=f.minutes(wait)), _(
            "A quicker one would bring more orders."
        )
    often = bands["frequency"].p50
    if often > OFTEN:
        return (
            _("The same people see the ad about {n} times.", n=f.count(often)),
            _("More countries, ages or places would help."),
        )
    if bands["profit"].p50 < 0:
        return (
            _("More likely than not it costs more than it earns."),
            _("A chat costs too much for what one order leaves."),
        )
    return _("The inbox keeps up: the budget is the limit."), ""


def small_print(forecast: Forecast) -> str:
    return _(
        "8 of 10 of {n} simulated runs lie between these numbers.",
        n=f.count(forecast.replicates),
    )


def draw(forecast: Forecast | None, currency: str, *, key: str) -> None:
    """The card. `forecast` None: what is missing first."""
    shown = {
        "origin": words.say(words.ORIGIN, "forecast"),
        "empty": "",
        "figures": [],
        "limit": "",
        "help": "",
        "small": "",
    }
    if forecast is None:
        shown["empty"] = _("No forecast yet: put right what is marked above.")
    else:
        limit, help_ = limit_of(forecast)
        shown |= {
            "figures": figures(forecast, currency),
            "limit": limit,
            "help": help_,
            "small": small_print(forecast),
        }
    with st.container(key=f"card-{key}"):
        preview(html.render("forecast.html", **shown), key=key, mark="studio-forecast")
