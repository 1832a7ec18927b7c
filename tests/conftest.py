import logging
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = Path(__file__).resolve().parent / "samples"

# no timing in tests: a busy machine is not a failure; a failing example is printed, not kept in a folder
settings.register_profile("studio", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("studio")

# the simulated review refuses an ad now and then; tests that want a refusal ask for one
os.environ.setdefault("STUDIO_REVIEW_REFUSALS", "0")

# pure functions that ask for the visitor's language run here without a page
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").disabled = True
logging.getLogger("streamlit.runtime.state.session_state_proxy").disabled = True


@pytest.fixture
def studio_db(tmp_path, monkeypatch):
    """An empty database of the test's own, named by STUDIO_DB."""
    path = tmp_path / "studio.db"
    monkeypatch.setenv("STUDIO_DB", str(path))
    return path


@pytest.fixture
def db(studio_db):
    from lib.store import open_database

    with open_database() as database:
        yield database
