"""All campaigns at a glance: one sentence of the day, a row each, one next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lib.ui import format as f
from lib.ui import html, shell
from lib.ui.charts import palette, plain
from lib.ui.language import _, isolate, ngettext
from lib.ui.overview_data import Row, Today
from lib.ui.sparks import spark

STYLES = Path(__file__).parent / "styles" / "overview.css"
CAMPAIGN_STYLES = Path(__file__).parent / "styles" / "campaign.css"


@dataclass(frozen=True)
class Number:
    code: str
    name: str
    shown: str


def styles() -> None:
    st.html(CAMPAIGN_STYLES)
    st.html(STYLES)


def sentence(today: Today) -> str:
    """The day in one sentence; of what is zero only what matters is said."""
    if today.running == 0 and today.waiting == 0:
        return _("No campaign is running right now.")
    running = ngettext("{n} campaign running", "{n} campaigns running", today.running)
    if today.waiting == 0:
        return _("{campaigns}, nobody is waiting for an answer.", campaigns=running)
    waiting = ngettext("{n} person waiting for an answer", "{n} people waiting for an answer", today.waiting)
    return _("{campaigns}, {people}.", campaigns=running, people=waiting)


def draw_day(today: Today) -> None:
    html.draw("day.html", sentence=sentence(today), score=_score(today))


def _score(today: Today) -> str:
    if not today.scored:
        return ""
    return ngettext(
        "What we forecast came true {held} time out of {n}.",
        "What we forecast came true {held} times out of {n}.",
        today.scored,
        held=f.count(today.held),
    )


def draw_rows(rows: Sequence[Row], group: str) -> None:
    for row in rows:
        with st.container(key=f"row-{group}-{row.launch_id}"):
            wide, narrow = st.columns([6, 1.2], vertical_alignment="center")
            with wide:
                _draw_row(row)
            key = f"next-{group}-{row.launch_id}"
            if narrow.button(_NEXT[row.next_step](), key=key, type=_weight(row), width="stretch"):
                _open(row)


def _draw_row(row: Row) -> None:
    html.draw(
        "campaign_row.html",
        launch=row.launch_id,
        state=row.head.state,
        tone=row.head.tone,
        picture=row.head.picture,
        name=row.head.name,
        state_words=row.head.state_words,
        detail=row.head.detail,
        simulated=_("simulated") if row.head.simulated else "",
        spark=spark(row.trend, palette()["conversations"]),
        spark_alt=_("Chats so far, day by day: {n} in all", n=f.count(row.trend[-1] if row.trend else 0)),
        numbers=_numbers(row),
    )


def _numbers(row: Row) -> list[Number]:
    values, currency = row.numbers, row.currency
    return [
        Number("conversations", _("Chats"), f.count(values.get("conversations") or 0)),
        Number("cost_per_conversation", _("One chat"), f.money_micro(values.get("cost_per_conversation"), currency)),
        Number("orders", _("Orders"), f.count(values.get("orders") or 0)),
        Number("spend", _("Spent"), f.money_micro(values.get("spend") or 0, currency, short=True)),
    ]


_NEXT = {
    "watch": lambda: _("Watch"),
    "result": lambda: _("See the result"),
    "answer": lambda: _("See who waits"),
    "repair": lambda: _("Edit and launch again"),
    "look": lambda: _("Have a look"),
}


def _weight(row: Row) -> str:
    return "primary" if row.next_step in {"repair", "look"} else "secondary"


def _open(row: Row) -> None:
    if row.next_step == "repair":
        shell.go("create", from_launch=str(row.launch_id))
    if row.next_step == "answer":
        shell.go("campaign", launch=str(row.launch_id), piece="people")
    shell.go("campaign", launch=str(row.launch_id))


def draw_empty() -> None:
    title = _("Your first ad is three clicks away")
    st.markdown(f"### {plain(title)}")
    st.markdown(plain(_("Pick an item. The ad is written for you, with a forecast before anything is launched.")))
    shell.link("catalog", _("Choose an item"), icon=":material/storefront:")


def shop_title(name: str) -> None:
    st.markdown(f"#### {plain(isolate(name))}")
