"""Static pieces of the pages from autoescaped templates: the one way text of shops and chats becomes markup."""

from functools import lru_cache
from pathlib import Path

import jinja2
import streamlit as st

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def render(template: str, **values: object) -> str:
    """The template filled in; every value is escaped."""
    return _environment().get_template(template).render(**values)


def draw(template: str, **values: object) -> None:
    st.html(render(template, **values))
