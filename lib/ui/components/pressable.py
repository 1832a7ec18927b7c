"""A drawn piece whose parts can be pressed: markup of our own templates, parts marked with data-press."""

from collections.abc import Callable

import streamlit as st

_PRESSABLE = st.components.v2.component(
    "studio_pressable",
    html="<div id='root'></div>",
    js="""
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('#root');
  if (root._markup !== data.html) {
    const list = root.querySelector('[data-scroll]');
    const top = list?.scrollTop ?? 0;
    const low = list ? list.scrollHeight - list.clientHeight - top < 40 : true;
    const same = root._name === data.name;
    const focused = root.getRootNode().activeElement?.dataset?.press;
    root.innerHTML = data.html;
    root._markup = data.html;
    root._name = data.name;
    const now = root.querySelector('[data-scroll]');
    if (now) now.scrollTop = data.bottom && (low || !same) ? now.scrollHeight : same ? top : 0;
    if (focused) root.querySelector(`[data-press="${CSS.escape(focused)}"]`)?.focus();
  }
  const ground = getComputedStyle(root).getPropertyValue("--st-background-color").trim();
  root.dataset.ground = /^#[0-9a-f]{6}$/i.test(ground) && parseInt(ground.slice(1, 3), 16) < 128 ? "dark" : "light";
  root.onclick = (event) => {
    const part = event.target.closest('[data-press]');
    if (part) setTriggerValue("pressed", part.dataset.press);
  };
}
""",
)


def pressable(
    markup: str, *, key: str, on_press: Callable[[str], None] | None = None, name: str = "", bottom: bool = False
) -> None:
    """Shows markup of an autoescaped template; `on_press` gets the data-press of the part that was pressed.

    A part marked data-scroll keeps its place while `name` stays; `bottom` keeps its end in sight instead.
    """

    def pressed() -> None:
        part = st.session_state[key].get("pressed")
        if on_press and isinstance(part, str):
            on_press(part)

    _PRESSABLE(data={"html": markup, "name": name, "bottom": bottom}, key=key, on_pressed_change=pressed)
