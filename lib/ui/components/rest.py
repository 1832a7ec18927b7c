"""Tells the program that the visitor's hand rests, so that finer numbers can be worked out between two moves."""

from collections.abc import Callable

import streamlit as st

_REST = st.components.v2.component(
    "studio_rest",
    html="<span></span>",
    js="""
const timers = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  clearTimeout(timers.get(parentElement));
  if (!data.wanted) return;
  timers.set(parentElement, setTimeout(() => setStateValue("rested", { turn: data.turn, at: Date.now() }), data.wait));
}
""",
)


def rest(turn: int, *, wanted: bool, wait_ms: int, key: str, on_rest: Callable[[], None]) -> None:
    """Runs the page again once nothing was touched for so long. `turn` must be another number each time."""
    _REST(key=key, data={"turn": turn, "wanted": wanted, "wait": wait_ms}, on_rested_change=on_rest)
