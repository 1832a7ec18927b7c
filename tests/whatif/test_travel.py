import base64
import json
import random
import zlib
from dataclasses import asdict

import pytest

from lib.market.assumptions import PLACEMENTS
from lib.whatif import compare, travel
from lib.whatif.case import Variant


def random_case(case, seed):
    luck = random.Random(seed)

    def levers():
        return case.base.but(
            budget_minor=luck.randint(100, 10**6),
            days=luck.randint(1, 90),
            placements=luck.sample(PLACEMENTS, luck.randint(1, 6)),
            appeal=luck.uniform(0.5, 2.0),
            agents_change=luck.randint(-3, 8),
            late_hours=luck.randint(0, 8),
            bot_share=luck.random(),
            ad_price=luck.uniform(0.5, 2),
            month=luck.randint(0, 12),
            age_min=luck.randint(18, 40),
            age_max=luck.randint(41, 65),
        )

    variants = tuple(Variant(name=f"V{i} ن", levers=levers()) for i in range(luck.randint(0, 4)))
    agents = tuple(luck.randint(0, 2) for _ in range(168)) if luck.random() < 0.2 else case.agents
    return case.model_copy(
        update={
            "base": levers(),
            "variants": variants,
            "seed": luck.randrange(2**62),
            "title": "كرة <b>",
            "agents": agents,
        }
    )


def test_a_thousand_random_cases_come_back_the_same_from_link_and_file(case):
    linked = 0
    for seed in range(1000):
        one = random_case(case, seed)
        assert travel.from_file(travel.to_file(one)) == one
        try:
            code = travel.to_code(one)
        except travel.TooLong:
            continue
        linked += 1
        assert len(code) <= travel.MOST_CODE
        assert travel.from_code(code) == one
    assert linked > 800


def test_what_travelled_gives_the_same_bits(case):
    one = case.with_levers(1, case.base.but(budget_minor=case.base.budget_minor * 2))
    other = travel.from_code(travel.to_code(one))
    for each in (one, other):
        compare.grow_all(each, 40)
    mine, theirs = (compare.answer(each, 1, 40) for each in (one, other))
    assert {k: asdict(v) for k, v in mine.against.items()} == {k: asdict(v) for k, v in theirs.against.items()}


@pytest.mark.parametrize("text", ["", "1", "1!!!", "x" * 50, "1" + "A" * 5000, "كرة", "1eJw"])
def test_a_code_that_is_none_is_refused(text):
    with pytest.raises(travel.BadCase):
        travel.from_code(text)


def test_a_code_that_swells_is_refused():
    bomb = "1" + base64.urlsafe_b64encode(zlib.compress(b" " * 10**6, 9)).decode().rstrip("=")
    with pytest.raises(travel.BadCase) as refused:
        travel.from_code(bomb)
    assert refused.value.code in ("too_large", "not_a_case")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "newer_version"),
        ({"currency": "XXX"}, "not_a_case"),
        ({"timezone": "../../etc/passwd"}, "not_a_case"),
        ({"agents": [1, 10**9]}, "not_a_case"),
        ({"start_hour": 1}, "not_a_case"),
        ({"variants": [{}]}, "not_a_case"),
        ({"format": "something else"}, "not_a_case"),
    ],
)
def test_a_file_somebody_changed_is_checked(case, change, code):
    body = {**json.loads(travel.to_file(case)), **change}
    with pytest.raises(travel.BadCase) as refused:
        travel.from_file(json.dumps(body).encode())
    assert refused.value.code == code


def test_another_engine_is_noticed(case):
    assert not travel.is_other_engine(travel.stamped(case))
    assert travel.is_other_engine(case.model_copy(update={"engine": "0123456789ab"}))


def test_the_table_has_each_set_and_says_what_its_numbers_are(case):
    compare.grow_all(case, 40)
    table = travel.table(case, tuple(compare.answer(case, i, 40) for i in range(2)))
    assert set(table["variant"]) == {"baseline", "A"}
    assert set(table["origin"]) == {"forecast"}
    assert set(table.loc[table["metric"] == "profit", "unit"]) == {"USD"}
