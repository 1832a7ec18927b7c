import pytest

from lib.metrics.definitions import METRICS, value, values

PARTS = {
    "impressions": 10_000, "reach": 4000, "clicks": 150, "spend": 30_000_000, "conversations": 60, "replied": 48,
    "left": 12, "messages": 300, "orders": 6, "order_value": 900_000_000, "delivered": 4, "revenue": 600_000_000,
    "first_reply_minutes": 3.5, "first_reply_p90_minutes": 40.0, "profit": -5_000_000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("frequency", 2.5),
        ("cpm", 3_000_000),
        ("ctr", 0.015),
        ("cost_per_click", 200_000),
        ("chat_share", 0.4),
        ("cost_per_conversation", 500_000),
        ("reply_share", 0.8),
        ("messages_per_conversation", 5.0),
        ("order_share", 0.1),
        ("cost_per_order", 5_000_000),
        ("delivered_share", 4 / 6),
        ("revenue_per_conversation", 10_000_000),
        ("return_on_spend", 20.0),
        ("profit", -5_000_000),
    ],
)
def test_each_metric_follows_its_formula(code, expected):
    assert value(code, PARTS) == expected


def test_nothing_is_divided_by_nothing():
    nothing = dict.fromkeys(PARTS, 0)
    assert {code for code, number in values(nothing).items() if number is None} == {
        metric.code for metric in METRICS if metric.bottom
    }


def test_a_part_that_is_not_known_makes_the_metric_unknown():
    assert set(values({}).values()) == {None}


def test_codes_are_unique_and_formulas_read_well():
    assert len({metric.code for metric in METRICS}) == len(METRICS)
    assert {metric.code: metric.formula for metric in METRICS}["cpm"] == "spend / impressions × 1000"
