import pytest
from pydantic import ValidationError

from lib.whatif.case import desk_hours


def test_later_hours_extend_the_evening_with_its_last_people_and_stop_at_the_next_shift(case):
    agents = tuple(2 if hour % 24 in range(9, 18) else 0 for hour in range(168))
    later = desk_hours(agents, case.base.but(late_hours=3))
    assert later[18:22] == (2, 2, 2, 0)
    assert later[:18] == agents[:18]
    all_but_midnight = tuple(1 if hour % 24 else 0 for hour in range(168))
    assert desk_hours(all_but_midnight, case.base.but(late_hours=8)) == (1,) * 168


def test_people_are_added_where_somebody_answers_and_never_fall_below_none(case):
    agents = tuple(1 if hour % 24 == 12 else 0 for hour in range(168))
    assert sum(desk_hours(agents, case.base.but(agents_change=2))) == 21
    assert sum(desk_hours(agents, case.base.but(agents_change=-3))) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"placements": ()},
        {"placements": ("whatsapp_status",)},
        {"age_min": 40, "age_max": 30},
        {"budget_minor": 0},
        {"days": 91},
        {"bot_share": 1.1},
        {"price_minor": 1, "cost_minor": 2},
        {"bid_kind": "bid_cap", "bid_minor": 0},
        {"ad_price": float("nan")},
    ],
)
def test_levers_nobody_can_mean_are_refused(case, wrong):
    with pytest.raises(ValidationError):
        case.base.but(**wrong)
