import sys

import pytest

from lib.catalog.apart import parse_apart
from lib.catalog.parsing import parse
from tests.catalog.test_feed import feed

FILE = feed({"title": "قميص", "sale_price": "8 USD", "sale_price_effective_date": "2026-11-20/2026-11-22"}, {"id": ""})


def test_a_process_of_its_own_gives_the_same_answer(now):
    given = {"now": now, "currency": "USD", "timezone": "Africa/Cairo"}
    assert parse_apart(FILE.encode(), **given) == parse(FILE.encode(), **given)
    assert parse_apart(b"", now=now).code == "empty"
    assert parse_apart(feed({"price": "5"}).encode(), now=now).outcome == "currency_needed"


def test_a_reading_that_takes_too_long_is_stopped(now):
    assert parse_apart(FILE.encode(), now=now, seconds=0.001).code == "took_too_long"


@pytest.mark.skipif(sys.platform != "linux", reason="no limit on address space elsewhere")
def test_a_reading_that_takes_too_much_memory_is_stopped(now):
    outcome = parse_apart(feed({}).encode() + b"x" * 50_000_000, now=now, memory_bytes=60_000_000)
    assert outcome.code == "parser_stopped"
