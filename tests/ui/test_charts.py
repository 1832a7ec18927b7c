import pandas as pd
import pytest

from lib.ui import charts
from lib.ui.campaign_charts import closed_runs


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "  =1", "\uff1d1"])
def test_text_a_spreadsheet_would_run_is_disarmed(text):
    assert f"'{text}".encode() in charts.safe_csv(pd.DataFrame({"name": [text]}))


def test_numbers_in_a_file_stay_numbers():
    assert charts.safe_csv(pd.DataFrame({"n": [-5]})).decode() == "\ufeffn\n-5\n"


def test_plain_text_has_no_markdown_left():
    assert charts.plain("**a** [b](c) <i>") == r"\*\*a\*\* \[b\]\(c\) \<i\>"


def test_labels_of_charts_show_markup_as_text():
    assert charts.html_plain("<b>1 & 2</b>") == "&lt;b&gt;1 &amp; 2&lt;/b&gt;"


def test_every_step_has_its_colour_in_both_themes():
    assert set(charts.LIGHT) == set(charts.DARK)
    assert {"impressions", "clicks", "conversations", "replied", "orders", "money", "lost"} <= set(charts.LIGHT)


@pytest.mark.parametrize(
    ("open_hours", "runs"),
    [
        (range(9, 23), [(0, 8), (23, 23)]),
        (range(24), []),
        ((), []),
        ([*range(3), *range(10, 24)], [(3, 9)]),
    ],
)
def test_closed_hours_are_found_in_stretches(open_hours, runs):
    assert closed_runs(frozenset(open_hours)) == runs
