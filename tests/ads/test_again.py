from datetime import date, timedelta

from lib.ads.again import draft_again
from lib.ads.checks import check
from lib.ads.plan import freeze
from tests.ads.examples import NOW, a_draft, a_shop, an_item


def test_what_was_launched_becomes_a_draft_that_says_the_same():
    draft = a_draft()
    again = draft_again(freeze(draft, an_item(), a_shop(), NOW), a_shop(), NOW)
    assert again == draft.model_copy(update={"id": ""})


def test_days_that_have_begun_move_on_and_keep_their_number():
    plan = freeze(a_draft(), an_item(), a_shop(), NOW)
    later = NOW + timedelta(days=30)
    again = draft_again(plan, a_shop(), later)
    assert (again.schedule.first_day, again.schedule.days) == (date(2026, 12, 23), 7)
    assert check(again, an_item(), a_shop(), later) == check(a_draft(), an_item(), a_shop(), NOW)
