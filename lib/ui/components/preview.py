"""The carrier of drawn pieces: markup of our own templates inside a shadow root, where no style leaks in or out."""

import streamlit as st

_PREVIEW = st.components.v2.component(
    "studio_preview",
    html="<div id='root'></div>",
    js="""
const SMALLEST = 0.7;
const BAR = 110; // about what the bar will take, until it is drawn

// All of the piece in sight between its place on the unscrolled page and the bar at the bottom, while it is legible.
const fit = (root) => {
  const piece = root.lastElementChild;
  if (!piece) return;
  root.style.zoom = 1;
  if (innerWidth <= 640) return;
  const scrolled = root.getRootNode().host?.closest('[data-testid="stMain"]')?.scrollTop ?? 0;
  if (!scrolled || root._top === undefined) root._top = root.getBoundingClientRect().top + scrolled;
  const bar = document.querySelector('[data-testid="stBottom"]')?.offsetHeight ?? 0;
  const room = innerHeight - root._top - Math.max(bar, BAR) - 12;
  root.style.zoom = Math.min(1, Math.max(SMALLEST, room / piece.offsetHeight));
};

const keepFitting = (root, tries = 0) => {
  const bar = document.querySelector('[data-testid="stBottom"]');
  fit(root);
  if (bar) new ResizeObserver(() => fit(root)).observe(bar);
  else if (tries < 50) setTimeout(() => keepFitting(root, tries + 1), 100);
};

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('#root');
  if (root._markup === data.html) return;
  const first = root._markup === undefined;
  root.innerHTML = data.html;
  root._markup = data.html;
  if (data.fit && first) {
    root.style.cssText = "display: grid; justify-content: center";
    addEventListener("resize", () => fit(root));
    keepFitting(root);
  } else if (data.fit) fit(root);
  requestAnimationFrame(() => setTimeout(() => performance.mark(data.mark)));
}
""",
)


def preview(markup: str, *, key: str, mark: str = "studio-preview", fit: bool = False) -> None:
    """Shows the markup of an autoescaped template. Never hand it text that a template did not escape.

    `mark` is the name under which the browser notes the moment a change was painted (performance.mark). `fit` makes
    it smaller where the window is too low to show it whole.
    """
    _PREVIEW(data={"html": markup, "mark": mark, "fit": fit}, key=key)
