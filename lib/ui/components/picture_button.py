"""A quiet button that saves the chart beside it as a picture: it presses Plotly's own, which the page does not show."""

import streamlit as st

_PICTURE = st.components.v2.component(
    "studio_picture_button",
    html="<button type='button'></button>",
    css="""
button {
  font: inherit; color: var(--st-text-color); background: transparent; border: 1px solid var(--st-border-color);
  border-radius: 10px; min-height: 40px; padding: 4px 14px; cursor: pointer;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.textContent = data.label;
  button.onclick = () => document.querySelector(`.st-key-${CSS.escape(data.chart)} .modebar-btn`)?.click();
}
""",
)


def picture_button(label: str, chart_key: str) -> None:
    """`chart_key` is the key the chart was drawn with."""
    _PICTURE(data={"label": label, "chart": chart_key}, key=f"picture-{chart_key}", width="content", height="content")
