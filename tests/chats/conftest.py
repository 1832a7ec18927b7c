from datetime import UTC, datetime

import pytest

from lib.catalog.shops import new_shop, save_shop
from lib.chats.recording import AdCard, ChatContext
from lib.store import write_tx
from tests.chats.traffic import NUMBER

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def context(db):
    """A launch with one ad, bare but for what its conversations hang on."""
    with write_tx(db):
        db.conn.execute("INSERT INTO shop VALUES ('s', 's', 'EGP', 'Africa/Cairo', 'EG', 'en', '{}', 0, '')")
        db.conn.execute("INSERT INTO draft VALUES ('d', 's', 'r', '{}', '', '', NULL)")
        db["launch"].insert(
            {
                "id": 1, "key": "KEY", "draft_id": "d", "shop_id": "s", "retailer_id": "shirt", "name": "n",
                "adapter": "simulated", "account_id": "a", "currency": "EGP", "daily_minor": 1, "cap_minor": 1,
                "spec_json": "{}", "spec_sha256": "", "starts_hour": 0, "hours": 24, "seed": 1, "state": "LIVE",
                "created_by": "x", "confirmed_utc": "",
            }
        )  # fmt: skip
    card = AdCard("120", "Blue shirt", "A soft shirt", "shirt.webp")
    return ChatContext(
        shop_id="s",
        launch_id=1,
        launch_key="KEY",
        start=START,
        currency="EGP",
        language="en",
        retailer_id="shirt",
        title="Blue shirt",
        greeting="Welcome!",
        prefilled="Hello! Is the Blue shirt available?",
        cards={"A": card},
    )


@pytest.fixture
def shop(db):
    """A shop with a WhatsApp number."""
    shop = new_shop(db, name="Nile Shop", currency="EGP", now=START)
    settings = shop.settings.model_copy(update={"whatsapp_number": f"+{NUMBER[:3]} {NUMBER[3:]}"})
    shop = shop.model_copy(update={"settings": settings})
    save_shop(db, shop)
    return shop
