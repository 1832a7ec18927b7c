from datetime import UTC, datetime

import pytest

from lib.ads.writer import draft_from_item
from lib.catalog import samples
from lib.catalog.items import get_item
from lib.catalog.shops import get_shop
from lib.store import open_database
from lib.whatif.case import case_from_draft

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def case(tmp_path_factory):
    """The first dear item of Larkmere for three days, variant A equal to the baseline."""
    with open_database(tmp_path_factory.mktemp("whatif") / "studio.db") as db:
        samples.load_sample_shops(db, NOW)
        shop = get_shop(db, "larkmere")
        codes = [row["retailer_id"] for row in db.query("SELECT retailer_id FROM item WHERE shop_id = 'larkmere'")]
        items = [get_item(db, shop.id, code, NOW) for code in sorted(codes)]
    item = max((i for i in items if i.price_minor), key=lambda i: i.price_minor)
    found = case_from_draft(draft_from_item(shop, item, "en", NOW), item, shop, NOW)
    base = found.base.but(days=3)
    return found.with_levers(0, base).with_levers(1, base)
