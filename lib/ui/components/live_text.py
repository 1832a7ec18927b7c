"""A text field that reports while one types, at most ten times a second."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_LIVE_TEXT = st.components.v2.component(
    "studio_live_text",
    html="""
<div class="field">
  <label></label>
  <div class="box"></div>
  <div class="foot"><span class="notes" role="status"></span><span class="size" aria-hidden="true"></span></div>
</div>
""",
    css=(_HERE / "live_text.css").read_text(encoding="utf-8"),
    js=(_HERE / "live_text.js").read_text(encoding="utf-8"),
)


def live_text(
    label: str,
    value: str,
    *,
    key: str,
    lines: int = 1,
    limit: int | None = None,
    note: str = "",
    troubles: Sequence[tuple[str, str]] = (),
    version: int = 0,
    plain: bool = False,
    max_length: int = 2000,
    on_change: Callable[[str], None],
) -> None:
    """A field holding `value`; `on_change` gets what is typed, before the page is drawn anew.

    `value` is put into the field when it is first drawn and whenever `version` changes; in between, what the person
    typed stands. `limit` counts the visible characters. `troubles` are (severity, words), drawn under the field in
    place of the note. `plain` is for numbers and codes: left to right, with the number keys on a phone.
    """

    def changed() -> None:
        typed = st.session_state[key].get("typed")
        if isinstance(typed, dict) and isinstance(typed.get("text"), str):
            on_change(typed["text"][:max_length])

    _LIVE_TEXT(
        key=key,
        data={
            "label": label,
            "value": value,
            "lines": lines,
            "limit": limit or 0,
            "note": note,
            "troubles": [{"severity": severity, "text": text} for severity, text in troubles],
            "version": version,
            "plain": plain,
            "max": max_length,
        },
        on_typed_change=changed,
    )
