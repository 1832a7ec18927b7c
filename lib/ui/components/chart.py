"""The carrier of charts: Plotly's own drawing, changed in place.

Streamlit 1.67 throws a chart away and draws another whenever its numbers change, which on a page that ticks is seen as
flicker and takes the tooltip from under the pointer. This one keeps the drawing and tells it what is new.
"""

from pathlib import Path

import streamlit as st
from plotly.offline import get_plotlyjs_version

PROGRAM = f"/scripts/plotly-{get_plotlyjs_version()}.js"

_CHART = st.components.v2.component(
    "studio_chart",
    html="<div class='studio-plot' role='img'></div>",
    js=(Path(__file__).parent / "chart.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def draw_figure(spec: str, *, key: str, alt: str, height: int, config: dict[str, object]) -> None:
    """`spec` is a figure as JSON; `alt` says what kind of picture it is."""
    _CHART(
        data={"spec": spec, "alt": alt, "height": height, "config": config, "program": PROGRAM},
        key=key,
        height="content",
    )
