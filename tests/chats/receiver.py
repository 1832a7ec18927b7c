"""The webhook route alone, without pages: a process that tests can kill."""

import threading
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from lib.ui import webhook_routes


@asynccontextmanager
async def lifespan(app):
    stop = threading.Event()
    threading.Thread(target=webhook_routes.read_for_ever, args=(stop,), daemon=True).start()
    yield
    stop.set()
    webhook_routes.wake()


app = Starlette(routes=webhook_routes.ROUTES, lifespan=lifespan)
