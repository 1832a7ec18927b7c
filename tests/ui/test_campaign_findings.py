import pytest

from lib.ui import campaign_findings as findings
from lib.ui.campaign_findings import Band

EGP = "EGP"


@pytest.mark.parametrize(
    ("spent", "start"),
    [
        (80_00, "Spending is behind"),
        (95_00, "Spending is on pace"),
        (130_00, "Spending is ahead"),
        (0, "Spending is behind"),
    ],
)
def test_spending_is_told_against_what_was_planned_by_now(spent, start):
    assert findings.spend(spent, 100_00, EGP).startswith(start)


def test_before_the_first_hour_nothing_is_said_about_pace():
    assert findings.spend(0, 0, EGP) == "Nothing is spent yet"


@pytest.mark.parametrize(("n", "place"), [(2, "below"), (3, "inside"), (8, "inside"), (9, "above")])
def test_the_ends_of_a_band_belong_to_it(n, place):
    assert Band(3.4, 5, 7.2).place(n) == place


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 chat so far, fewer"), (5, "5 chats so far, inside"), (12, "12 chats so far, more")]
)
def test_chats_are_told_against_the_forecast(n, words):
    assert findings.chats(n, Band(3, 5, 8), over=False).startswith(words)


def test_a_few_chats_say_nothing_about_hours():
    assert "Too few" in findings.hours([1] * 5 + [0] * 19, [0] * 24)


def test_the_part_of_the_day_that_loses_most_is_named():
    started = [0] * 9 + [5] * 9 + [10] * 6
    lost = [0] * 18 + [4] * 6
    assert findings.hours(started, lost) == "Evenings lose 4 of 10 chats"


def test_a_single_lost_chat_at_night_does_not_become_the_finding():
    started = [1] + [0] * 8 + [20] * 12 + [0] * 3
    assert "Nights" not in findings.hours(started, [1] + [0] * 23)


def test_when_all_are_answered_it_says_so():
    assert findings.hours([2] * 24, [0] * 24) == "Everybody who wrote got an answer"


def test_the_score_counts_what_held():
    assert "2 of 3" in findings.score(["a", "b"], ["c"], [])
    assert findings.score(["a"], [], []).startswith("The forecast held: all")
