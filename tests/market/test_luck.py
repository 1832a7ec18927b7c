"""Two scenarios that differ a little share their luck."""

from tests.market.luck import another_agent, dearer_bid


def test_a_dearer_bid_meets_the_same_luck() -> None:
    assert dearer_bid(300) > 3


def test_another_agent_meets_the_same_customers() -> None:
    assert another_agent(300) > 20
