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


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(1.204, 7.5, "1.20 to 7.50"), (-412.3, 1_234.0, "-420 to 1,300"), (3.0, 3.0, "3"), (0.4, 25.0, "0.40 to 25")],
)
def test_an_amount_without_its_currency_is_the_same_band(low, high, words):
    assert f.amount_band(low * 1e6, high * 1e6, "USD").translate(LRM_FREE) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "دقيقة واحدة"),
        (2, "دقيقتين"),
        (3, "3 دقائق"),
        (11, "11 دقيقة"),
        (0.5, "30 ثانية"),
        (240, "4 ساعات"),
        (150, "2.5 ساعة"),
    ],
)
def test_waits_are_counted_as_arabic_counts(monkeypatch, value, text):
    monkeypatch.setitem(st.session_state, "language", "ar")
    assert f.minutes(value) == text


def test_a_foreign_sign_stays_behind_its_letters_in_a_right_to_left_line(monkeypatch):
    monkeypatch.setitem(st.session_state, "language", "ar")
    assert f.money(2_000, "USD").endswith("US$\u200e")
    assert "\u200e" not in f.money(2_000, "EGP")
