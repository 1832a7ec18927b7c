"""Starts the studio: `streamlit run app.py`."""

import streamlit as st

from lib.ui import server

# Streamlit finds the server by reading this very line, so it stays here as it is.
app = st.App(
    server.SCRIPT,
    routes=server.routes(),
    middleware=server.middleware(),
    lifespan=server.lifespan,
    on_script_error=server.report_script_error,
)
