"""Every code of the what-if has words, and every assumption named there is one."""

from typing import get_args

from lib.store.assumptions import load_assumptions
from lib.ui import whatif_words as say
from lib.ui.whatif_charts import COST_WORDS, STEP_WORDS, STEPS
from lib.ui.whatif_levers import LEVERS
from lib.whatif.case import Levers
from lib.whatif.compare import COSTS, Difference
from lib.whatif.limits import PARTS, Bottleneck, Limit
from lib.whatif.travel import Trouble


def test_every_code_has_words():
    assert set(get_args(Trouble)) <= set(say.TROUBLES)
    assert set(PARTS) == set(say.PARTS)
    assert set(COSTS) == set(COST_WORDS)
    assert set(STEPS) == set(STEP_WORDS)
    assert all(say.limit(Bottleneck(code, "evening", 0.4), None, 1) for code in get_args(Limit))


def test_named_assumptions_are_ours():
    assert set(say.ASSUMPTIONS) <= {row.key.partition(".")[0] for row in load_assumptions().rows}


def test_every_lever_of_the_engine_is_on_the_page():
    drawn_otherwise = {"placements", "age_min", "age_max", "genders", "objective", "month"}
    not_shown = {"budget_kind", "bid_kind", "bid_minor", "countries", "overrides"}
    assert set(LEVERS) | drawn_otherwise | not_shown == set(Levers.model_fields)


def test_a_difference_says_its_sign():
    gap = Difference(-1.2, 0, 3, 5, 60.4, 4, 0.9)
    assert "−1" in say.sure_count(gap)
    assert "+60" in say.sure_count(gap)
    assert "$2" in say.signed_money(-2_000_000, "USD")
    assert "−" in say.signed_money(-2_000_000, "USD")
    assert "−" not in say.signed_money(-2_000, "USD")
