"""The look of every chart: one colour a funnel step, bands, labels at the lines' ends, the menu with table and file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from babel import dates

from lib.ui import language
from lib.ui.components.chart import draw_figure
from lib.ui.components.picture_button import picture_button
from lib.ui.language import _

_STEPS = ("impressions", "clicks", "conversations", "replied", "orders", "money", "lost")
_SAME = {"reach": "impressions", "delivered": "orders", "spend": "money", "revenue": "money", "profit": "money"}


def _theme(steps: str, **others: str) -> dict[str, str]:
    own = dict(zip(_STEPS, steps.split(), strict=True))
    return own | {name: own[step] for name, step in _SAME.items()} | others


LIGHT = _theme(
    "#4F5768 #173074 #029677 #AD6D0B #D925B5 #6726DF #7A2002",
    ink="#1B1F23", quiet="#4A5560", line="#E2DFD6", ground="#FBFAF7",
)  # fmt: skip
DARK = _theme(
    "#D2D7DB #9EBCE7 #2BE3A1 #F1C84A #E64FA9 #9273DC #F33716",
    ink="#F1F3F4", quiet="#B4BDC6", line="#323A40", ground="#14181B",
)  # fmt: skip
HEIGHT = 300
_HOVER = "%{y:,.0f}"


def is_dark() -> bool:
    return (st.context.theme.type or "light") == "dark"


def palette() -> Mapping[str, str]:
    return DARK if is_dark() else LIGHT


def translucent(colour: str, alpha: float) -> str:
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},{alpha})"


def figure(*, height: int = HEIGHT, x_title: str = "", y_title: str = "", from_zero: bool = True) -> go.Figure:
    """An empty chart in the studio's look. Time always runs left to right: see `time_title`."""
    colours = palette()
    quiet = {"color": colours["quiet"], "size": 13}
    axis = {
        "gridcolor": colours["line"],
        "linecolor": colours["line"],
        "zeroline": False,
        "tickfont": quiet,
        "fixedrange": True,
        "title": {"font": quiet, "standoff": 8},
    }
    chart = go.Figure()
    chart.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 16, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "Cairo, sans-serif", "color": colours["ink"], "size": 13},
        hoverlabel={"font": {"family": "Cairo, sans-serif", "size": 13}},
        hovermode="x unified",
        dragmode=False,
        showlegend=False,
        separators=".,",
        xaxis={**axis, "showgrid": False, "automargin": True},
        yaxis={**axis, "automargin": True, "rangemode": "tozero" if from_zero else "normal", "nticks": 5},
    )
    chart.update_xaxes(title_text=x_title)
    chart.update_yaxes(title_text=y_title)
    return chart


def time_title(text: str) -> str:
    """The title of a time axis: where the page is mirrored it says that the plot is not."""
    return _("{axis}, from left to right", axis=text) if language.is_rtl() else text


def day_ticks() -> str:
    """How a time axis writes its days: in a right-to-left language the number stands to the right of the month."""
    return "\u200f%-d %b" if language.is_rtl() else "%-d %b"


def add_band(
    chart: go.Figure, x: Sequence, low: Sequence[float], high: Sequence[float], colour: str, alpha: float
) -> None:
    chart.add_scatter(x=x, y=high, mode="lines", line={"width": 0}, hoverinfo="skip")
    chart.add_scatter(
        x=x,
        y=low,
        mode="lines",
        line={"width": 0},
        fill="tonexty",
        fillcolor=translucent(colour, alpha),
        hoverinfo="skip",
    )


def add_line(
    chart: go.Figure,
    x: Sequence,
    y: Sequence[float],
    colour: str,
    name: str,
    *,
    dash: str = "solid",
    width: float = 2.5,
) -> None:
    chart.add_scatter(
        x=x, y=y, mode="lines", name=name, line={"color": colour, "width": width, "dash": dash}, hovertemplate=_HOVER
    )


def add_dots(chart: go.Figure, x: Sequence, y: Sequence[float], colour: str, name: str) -> None:
    """What happened, over what was forecast."""
    ring = {"color": palette()["ground"], "width": 1.5}
    chart.add_scatter(
        x=x,
        y=y,
        mode="markers",
        name=name,
        marker={"color": colour, "size": 9, "line": ring},
        hovertemplate=_HOVER,
        cliponaxis=False,
    )


def add_bars(
    chart: go.Figure, x: Sequence, y: Sequence[float], colour: str, name: str, *, width: float = 0.8, alpha: float = 1.0
) -> None:
    look = {"color": translucent(colour, alpha), "line": {"width": 0}, "cornerradius": 3}
    chart.add_bar(x=x, y=y, name=name, width=width, marker=look, hovertemplate=_HOVER)


def label_end(
    chart: go.Figure,
    x: object,
    y: float,
    text: str,
    colour: str,
    *,
    place: Literal["above", "beside", "below"] = "beside",
) -> None:
    """Names a line to the right of its end, so that no legend is needed. Leave room with `room_for_labels`."""
    chart.add_annotation(
        x=x,
        y=y,
        text=html_plain(text),
        showarrow=False,
        xanchor="left",
        xshift=8,
        yanchor={"above": "bottom", "beside": "middle", "below": "top"}[place],
        font={"color": colour, "size": 13},
    )


def legend() -> dict[str, object]:
    """A legend above the plot, for bars that have no end to be named at."""
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1.02,
        "yanchor": "bottom",
        "font": {"size": 13},
        "itemclick": False,
        "itemdoubleclick": False,
        "bgcolor": "rgba(0,0,0,0)",
    }


def room_for_labels(chart: go.Figure) -> None:
    chart.update_layout(margin_r=72)


def html_plain(text: str) -> str:
    """Text for Plotly's labels, which read a little HTML: nothing in it is markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class Drawn:
    """A chart with its words and the table behind it. `table` is asked for only when someone opens the menu.

    `alt` says what kind of picture it is; what it shows now is the finding, which is text above it.
    """

    key: str
    finding: str
    measure: str
    chart: go.Figure
    alt: str
    table: Callable[[], pd.DataFrame]


def show(drawn: Drawn) -> None:
    """Finding as title, measure and unit under it, the chart, and one quiet menu for table and file."""
    with st.container(key=f"chart-{drawn.key}", gap=None):
        st.markdown(f"**{plain(drawn.finding)}**")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.caption(plain(drawn.measure), width="stretch")
            _menu(drawn)
        draw_figure(
            drawn.chart.to_json(validate=False),
            key=f"plot-{drawn.key}",
            alt=drawn.alt,
            height=drawn.chart.layout.height,
            config=config(drawn.key),
        )


def _menu(drawn: Drawn) -> None:
    menu = st.popover(_("Table"), type="tertiary", key=f"menu-{drawn.key}", on_change="rerun")
    if not menu.open:
        return
    with menu:
        show_table(drawn.key, drawn.table())
        picture_button(_("Save as picture"), f"plot-{drawn.key}")


def show_table(key: str, table: pd.DataFrame) -> None:
    """A table to read and to take along."""
    st.dataframe(table, hide_index=True, key=f"table-{key}", width="stretch")
    download(key, lambda: table)


def download(key: str, table: Callable[[], pd.DataFrame]) -> None:
    st.download_button(
        _("Save as CSV"),
        data=lambda: safe_csv(table()),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"csv-{key}",
        icon=":material/download:",
        on_click="ignore",
    )


def safe_csv(table: pd.DataFrame) -> bytes:
    """CSV with a byte-order mark for spreadsheets; text that a spreadsheet would take for a formula is disarmed."""
    text = table.copy()
    for column in text.select_dtypes(exclude="number"):
        text[column] = [_disarmed(value) for value in text[column]]
    return ("\ufeff" + text.to_csv(index=False)).encode()


def _disarmed(value: object) -> object:
    starts = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(starts) else value


def config(name: str = "chart") -> dict[str, object]:
    """Browser settings: no zoom, and one unseen button, which the chart's menu presses, to save it as a picture."""
    settings: dict[str, object] = {
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "displaylogo": False,
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": name},
        "scrollZoom": False,
        "doubleClick": False,
    }
    if language.is_rtl():
        settings |= {"locale": language.current(), "locales": {language.current(): _names(language.current())}}
    return settings


@cache
def _names(of: str) -> dict[str, object]:
    """Day and month names: Plotly carries the English ones only."""

    def days(width: str) -> list[str]:
        by_weekday = dates.get_day_names(width, locale=of)
        return [by_weekday[(n - 1) % 7] for n in range(7)]  # Plotly begins with Sunday

    def months(width: str) -> list[str]:
        by_number = dates.get_month_names(width, locale=of)
        return [by_number[n] for n in range(1, 13)]

    return {
        "format": {
            "days": days("wide"),
            "shortDays": days("abbreviated"),
            "months": months("wide"),
            "shortMonths": months("abbreviated"),
            "date": "%d/%m/%Y",
        },
        "dictionary": {},
    }


def plain(text: str) -> str:
    """Text for places that read Markdown: nothing in it is markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:^=" else c for c in text)
