"""A slider that reports while it moves, at most ten times a second."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from lib.ui.language import is_rtl

_HERE = Path(__file__).parent
_LIVE_LEVER = st.components.v2.component(
    "studio_live_lever",
    html="""
<div class="lever">
  <div class="head"><label></label><output></output></div>
  <input type="range">
  <div class="foot"><span class="low"></span><span class="note"></span><span class="high"></span></div>
</div>
""",
    css=(_HERE / "live_lever.css").read_text(encoding="utf-8"),
    js=(_HERE / "live_lever.js").read_text(encoding="utf-8"),
)


def live_lever(
    label: str,
    stops: Sequence[str],
    index: int,
    *,
    key: str,
    note: str = "",
    ends: tuple[str, str] | None = None,
    version: int = 0,
    mirrored: bool = True,
    on_change: Callable[[int], None],
) -> None:
    """A lever standing at `stops[index]`; `on_change` gets its new index, before the page is drawn anew.

    The stops are written for the reader beforehand, so the lever shows real amounts in their language and needs no
    arithmetic in the browser. `index` is taken over when the lever is first drawn and whenever `version` changes. In
    right-to-left pages it grows to the left, unless it is not `mirrored` because it speaks of left and right itself;
    arrow keys follow what the eye sees.
    """

    def changed() -> None:
        moved = st.session_state[key].get("moved")
        chosen = moved.get("index") if isinstance(moved, dict) else None
        if isinstance(chosen, int) and 0 <= chosen < len(stops):
            on_change(chosen)

    _LIVE_LEVER(
        key=key,
        data={
            "label": label,
            "stops": list(stops),
            "ends": list(ends or (stops[0], stops[-1])),
            "index": index,
            "note": note,
            "rtl": is_rtl(),
            "mirrored": mirrored,
            "version": version,
        },
        on_moved_change=changed,
    )
