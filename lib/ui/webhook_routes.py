"""Where WhatsApp's Cloud API delivers: kept for good before it is answered, read by a thread of its own."""

import asyncio
import logging
import threading
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lib.chats import inbox, signature
from lib.store import open_database

log = logging.getLogger(__name__)
IDLE_S = 5.0
_something_came = threading.Event()


async def verify(request: Request) -> Response:
    asked = request.query_params
    mode, token = asked.get("hub.mode", ""), asked.get("hub.verify_token", "")
    if not signature.handshake(mode, token, signature.verify_token()):
        return PlainTextResponse("refused", status_code=403)
    return PlainTextResponse(asked.get("hub.challenge", ""))


async def receive(request: Request) -> Response:
    body = await _whole_body(request)
    if body is None:
        return PlainTextResponse("too large", status_code=413)
    if not signature.is_genuine(body, request.headers.get("x-hub-signature-256"), signature.app_secret()):
        return PlainTextResponse("refused", status_code=403)
    await asyncio.to_thread(_keep, body)
    _something_came.set()
    return PlainTextResponse("ok")


async def _whole_body(request: Request) -> bytes | None:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > inbox.LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _keep(body: bytes) -> None:
    with open_database() as db:
        inbox.keep(db, body, datetime.now(UTC))


def read_for_ever(stop: threading.Event) -> None:
    """Reads what was kept, also what an earlier run left; trouble is logged and tried again."""
    while not stop.is_set():
        read = 0
        try:
            with open_database() as db:
                read = inbox.read_kept(db, datetime.now(UTC))
        except Exception:  # the reader outlives a full disk and a locked file
            log.exception("deliveries could not be read")
            stop.wait(1.0)
        if not read:
            _something_came.wait(IDLE_S)
            _something_came.clear()


def wake() -> None:
    _something_came.set()


ROUTES = [
    Route("/webhooks/whatsapp", verify, methods=["GET"]),
    Route("/webhooks/whatsapp", receive, methods=["POST"]),
]
