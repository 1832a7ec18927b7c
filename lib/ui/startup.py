"""What happens once, when the process starts."""

import importlib
import logging
import threading
from datetime import UTC, datetime

from lib.store import open_database

log = logging.getLogger(__name__)

# Imported before the first visitor comes, so that no click pays for it.
WARM = ("pandas", "plotly.graph_objects", "lib.ui.charts", "lib.ui.components", "lib.ads.previews", "lib.market.fast")


def prepare() -> None:
    """Imports what the pages need and puts the sample shops into an empty database."""
    from lib.catalog import samples, shops

    for name in WARM:
        importlib.import_module(name)
    with open_database() as db:
        if not shops.list_shops(db):
            samples.load_sample_shops(db, datetime.now(UTC))


def work(stop: threading.Event) -> None:
    """The background thread: compiled code first, then the sample shops' finished campaigns, then launches for ever."""
    import lib.market
    from lib.launch import demo
    from lib.launch.worker import Worker

    try:
        lib.market.warm()
        with open_database() as db:
            demo.ensure_finished_campaigns(db, datetime.now(UTC))
    except Exception:
        log.exception("the sample campaigns could not be made")
    expecting = threading.Thread(target=_expect, args=(stop,), name="item-forecasts", daemon=True)
    expecting.start()
    Worker().run(stop)
    expecting.join(5)


def _expect(stop: threading.Event) -> None:
    """Keeps the forecasts of the catalog's cards up to date, a few at a time, so that no click waits for them."""
    from lib.ads import item_forecast
    from lib.catalog import shops

    while not stop.is_set():
        wrote = 0
        try:
            with open_database() as db:
                for shop in shops.list_shops(db):
                    wrote += item_forecast.remember_missing(db, shop, datetime.now(UTC), limit=8)
        except Exception:
            log.exception("forecasts of items could not be made")
        stop.wait(0.2 if wrote else 20)
