"""The carrier of drawn pieces: markup of our own templates inside a shadow root, where no style leaks in or out."""

import streamlit as st

_PREVIEW = st.components.v2.component(
    "studio_preview",
    html="<div id='root'></div>",
    js="""
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('#root');
  if (root._markup !== data.html) {
    root.innerHTML = data.html;
    root._markup = data.html;
  }
  performance.mark(data.mark);
}
""",
)


def preview(markup: str, *, key: str, mark: str = "studio-preview") -> None:
    """Shows the markup of an autoescaped template. Never hand it text that a template did not escape.

    `mark` is the name under which the browser notes the moment it was drawn (performance.mark).
    """
    _PREVIEW(data={"html": markup, "mark": mark}, key=key)
