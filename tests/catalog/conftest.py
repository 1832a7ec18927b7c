from datetime import UTC, datetime

import pytest

from lib.catalog.model import Item, Picture
from lib.catalog.parsing import Parsed, parse
from lib.catalog.shops import new_shop, save_shop

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def shop(db, now):
    made = new_shop(db, name="Bayt Nour", currency="EGP", now=now)
    save_shop(db, made)
    return made


@pytest.fixture
def make_item():
    """An item without fault, in pounds; what is given differs."""

    def make(retailer_id="a", **given):
        plain = dict(title="Lamp", currency="EGP", price_minor=10_000, pictures=(Picture(url="https://x.example/1"),))
        return Item(retailer_id=retailer_id, **{**plain, **given})

    return make


@pytest.fixture
def read(now):
    """Reads text or bytes as a product file whose prices are in that currency."""

    def read_as(source, currency="USD", **given):
        data = source.encode() if isinstance(source, str) else source
        outcome = parse(data, now=now, currency=currency, **given)
        if isinstance(outcome, Parsed):
            assert outcome.rows_read == outcome.accepted + sum(outcome.skipped.values()) + outcome.rejected_rows
        return outcome

    return read_as
