"""What the process serves besides the pages: headers, pictures, fonts, health, and the launch worker."""

import asyncio
import base64
import gc
import hashlib
import logging
import mimetypes
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import plotly
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.store import media_folder
from lib.ui import webhook_routes

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "lib" / "ui" / "main.py"
DATA = ROOT / "data"

# 'unsafe-inline' styles: Streamlit's own styling and the previews' scoped styles need them.
# blob: scripts: Streamlit loads a component's code through a blob address. Nothing comes from anywhere else.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' blob: {own_scripts}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_running: dict[str, threading.Thread] = {}
A_DAY = "public, max-age=86400"
FOREVER = "public, max-age=31536000, immutable"
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,120}\.(webp|jpg|jpeg|png|woff2|svg)")


def content_policy() -> str:
    """The policy, with the hashes of the scripts written inside Streamlit's own first page: those and no others run."""
    import streamlit

    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page))
    return _POLICY.format(own_scripts=" ".join(f"'sha256-{base64.b64encode(h).decode()}'" for h in hashes))


class SecurityHeaders:
    """Adds the headers to every answer. Plain ASGI, because the response classes' own middleware buffers websockets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = {"Content-Security-Policy": content_policy(), **_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _file(folders: list[Path], name: str, keep: str) -> Response:
    if _FILE_NAME.fullmatch(name):
        for folder in folders:
            path = folder / name
            if path.is_file():
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                return FileResponse(path, media_type=kind, headers={"Cache-Control": keep})
    return PlainTextResponse("not found", status_code=404)


async def picture(request: Request) -> Response:
    name = request.path_params["name"]
    # fetched pictures are named after their content; those of the sample shops may be drawn anew under their name
    shipped = _file([*DATA.glob("shops/*/pictures")], name, A_DAY)
    return shipped if shipped.status_code == 200 else _file([media_folder()], name, FOREVER)


async def font(request: Request) -> Response:
    return _file([DATA / "fonts"], request.path_params["name"], FOREVER)


async def plotly_program(request: Request) -> Response:
    """Plotly as its Python package carries it; the version is part of the name, so that it may be kept for ever."""
    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": FOREVER})


async def health(request: Request) -> Response:
    worker = _running.get("worker")
    return JSONResponse({"status": "ok", "worker": bool(worker and worker.is_alive())})


def routes() -> list[Route]:
    return [
        Route("/pictures/{name}", picture),
        Route("/fonts/{name}", font),
        Route("/scripts/plotly-{version}.js", plotly_program),
        Route("/api/health", health),
        *webhook_routes.ROUTES,
    ]


def middleware() -> list[Middleware]:
    return [Middleware(SecurityHeaders), Middleware(GZipMiddleware, minimum_size=2048, compresslevel=5)]


def report_script_error(error: Exception) -> bool:
    """The visitor reads a plain sentence; the traceback stays in the log."""
    from lib.ui.shell import show_breakdown

    log.exception("a page failed", exc_info=error)
    show_breakdown()
    return True


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, object]]:
    """Ready before the first visitor: modules imported, tables and sample shops in place, the launch worker running."""
    from lib.ui import startup

    stop = threading.Event()
    await asyncio.to_thread(startup.prepare)
    worker = threading.Thread(target=startup.work, args=(stop,), name="launch-worker", daemon=True)
    worker.start()
    reader = threading.Thread(target=webhook_routes.read_for_ever, args=(stop,), name="webhook-reader", daemon=True)
    reader.start()
    _running["worker"] = worker
    gc.collect()
    # a full collection after each script run costs about 100 ms unless what is loaded for good is set aside
    gc.freeze()
    try:
        yield {}
    finally:
        stop.set()
        webhook_routes.wake()
        _running.clear()
        await asyncio.to_thread(worker.join, 10)
        await asyncio.to_thread(reader.join, 10)
