from datetime import UTC, date, datetime

import pytest
import streamlit as st

from lib.ui import format as f

LRM_FREE = str.maketrans("", "", "\u2068\u2069\u200e\u200f")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setitem(st.session_state, "language", "en")


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0, 2.6, "0 to 3"), (0.2, 0.9, "0 to 1"), (1234, 2377, "1,200 to 2,400"), (5, 5, "5"), (-3, 4, "0 to 4")],
)
def test_an_uncertain_count_is_rounded_outwards(low, high, text):
    assert f.count_band(low, high).translate(LRM_FREE) == text


@pytest.mark.parametrize(
    ("low", "high", "currency", "text"),
    [
        (0.412e6, 0.777e6, "USD", "$0.41 to $0.78"),
        (1_234e6, 5_678e6, "EGP", "EGP\u00a01,200 to EGP\u00a05,700"),
        (-250e6, 90e6, "USD", "-$250 to $90"),
        (7_120e6, 9_999e6, "JPY", "¥7,100 to ¥10,000"),
    ],
)
def test_an_uncertain_amount_keeps_its_unit(low, high, currency, text):
    assert f.money_band(low, high, currency).translate(LRM_FREE) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "30 s"), (12.4, "12 min"), (150, "2.5 h"), (None, "–"), (float("nan"), "–")]
)
def test_waits_are_told_in_the_unit_people_use(value, text):
    assert f.minutes(value) == text


def test_unknown_is_a_dash_and_not_zero():
    assert f.percent(None) == f.money(None, "USD") == f.money_micro(float("nan"), "USD") == "–"


def test_large_amounts_lose_their_cents():
    assert f.money_micro(123_456_789, "USD") == "$123"
    assert f.money_micro(1_234_567, "USD") == "$1.23"


def test_moments_are_told_on_the_shops_clock():
    moment = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    assert f.moment(moment, "Africa/Cairo") == "Mon 23 Nov 00:30"
    assert f.day(date(2026, 11, 22)) == "22 Nov"
