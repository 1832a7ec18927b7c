import pytest

from lib.ui.create_draft import Work
from lib.ui.create_money import _change_kind, _type_amount, round_amounts, stops
from tests.ads.examples import a_draft, a_shop, an_item


@pytest.fixture
def work():
    draft = a_draft()
    return Work(a_shop(), an_item(), draft, draft, typed_minor=draft.budget.amount_minor)


@pytest.mark.parametrize(("minimum", "unit"), [(100, 100), (2_431, 100), (1_500, 1), (160, 1)])
def test_the_lever_begins_at_the_smallest_round_amount_allowed(minimum, unit):
    amounts = round_amounts(minimum, unit)
    assert amounts[0] >= minimum
    assert list(amounts) == sorted(set(amounts))
    assert all(amount % unit == 0 for amount in amounts)
    assert amounts[-1] >= 100 * minimum


@pytest.mark.parametrize("typed", ["137.5", "١٣٧٫٥", "137.50"])
def test_a_written_amount_becomes_a_stop_of_the_lever(work, typed):
    _type_amount(work, typed)
    assert work.draft.budget.amount_minor == 13_750
    assert 13_750 in stops(work)


@pytest.mark.parametrize("typed", ["", "abc", "-5", "1e9", "99999999999999"])
def test_what_is_no_amount_leaves_the_last_one_and_stays_in_the_field(work, typed):
    before = work.draft.budget
    _type_amount(work, typed)
    assert work.draft.budget == before
    assert work.amount_text == typed


def test_a_daily_budget_turned_into_one_for_the_whole_run_is_worth_the_same(work):
    _change_kind(work, "lifetime")
    assert (work.draft.budget.kind, work.draft.budget.amount_minor) == ("lifetime", 7 * 25_000)
    _change_kind(work, "daily")
    assert (work.draft.budget.kind, work.draft.budget.amount_minor) == ("daily", 25_000)
