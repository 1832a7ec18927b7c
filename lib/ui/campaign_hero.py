"""The top of a campaign: what it is, how it stands, the funnel and the big numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lib.ui import html, words
from lib.ui.language import _

STYLES = Path(__file__).parent / "styles" / "campaign.css"


@dataclass(frozen=True)
class Head:
    """`tone` is one of live, wait, still, trouble."""

    name: str
    picture: str
    state: str
    tone: str
    state_words: str
    detail: str
    simulated: bool


@dataclass(frozen=True)
class Step:
    """One number of the funnel; `rate` is the share of the step before that came this far."""

    code: str
    value: int
    shown: str
    name: str
    term: str
    rate: str = ""
    rate_words: str = ""
    forecast: str = ""


@dataclass(frozen=True)
class Figure:
    code: str
    name: str
    shown: str
    note: str


@dataclass(frozen=True)
class Stage:
    """A step of the launch; `stage` is done, now, failed or to come."""

    name: str
    stage: str


def styles() -> None:
    st.html(STYLES)


def draw_head(head: Head) -> None:
    html.draw(
        "campaign_head.html",
        **vars(head),
        ribbon=_("Simulated campaign"),
        ribbon_note=_("Nobody sees this ad and no money is spent."),
    )


def draw_funnel(steps: Sequence[Step], origin: str) -> None:
    """`origin` says what the numbers are: measured or simulated."""
    html.draw(
        "funnel.html",
        steps=steps,
        label=_("From the ad to the order"),
        origin=origin,
        origin_words=words.say(words.ORIGIN, origin),
    )


def draw_figures(figures: Sequence[Figure]) -> None:
    html.draw("figures.html", figures=figures)


def draw_stages(stages: Sequence[Stage]) -> None:
    html.draw("launch_steps.html", steps=stages, label=_("Steps of the launch"))
