"""Tells the browser the page's language, direction and ground, for screen readers and for our own styles."""

import streamlit as st

_DOCUMENT = st.components.v2.component(
    "studio_document",
    html="<span hidden></span>",
    js="""
export default function ({ data, parentElement }) {
  const root = document.documentElement;
  if (root.lang !== data.lang) root.lang = data.lang;
  const host = parentElement.host ?? parentElement;
  const ground = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  const dark = /^#[0-9a-f]{6}$/i.test(ground) && parseInt(ground.slice(1, 3), 16) < 128;
  root.dataset.studio = dark ? "dark" : "light";
}
""",
)


def document_language(lang: str) -> None:
    _DOCUMENT(data={"lang": lang}, key="document", height=1)
