"""One call to Meta's Graph API, and what surely or possibly came of it.

Our own thin client over `requests`, not the official SDK: the SDK puts the token into the address of every call, has
no time limit over a whole answer, follows redirects of a POST, and takes some failures for success (an empty answer,
a server error without an error object). All of that costs money here.
"""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from lib.ads.placements import forbidden_places
from lib.launch.adapter import NotSent, Outcome, Rejected, Throttled, Unknown
from lib.launch.meta_errors import outcome_of, time_to_wait
from lib.launch.meta_settings import Pace
from lib.launch.redact import Secret

ANSWER_MAX = 32_000_000
CHUNK = 65_536
PAGES_MAX = 50


@dataclass(frozen=True, slots=True)
class Request:
    """A call as it is planned: `fields` unencoded, `picture` the name of a stored picture that goes along."""

    step: str
    method: Literal["GET", "POST"]
    path: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    picture: str = ""

    def form(self) -> dict[str, str]:
        """The fields as Graph takes them: plain texts as they are, everything else as JSON."""
        return {name: value if isinstance(value, str) else _compact(value) for name, value in self.fields.items()}


class Call:
    """The one connection of one call. The watchdog cuts it when its time is over, whatever it is waiting for."""

    def __init__(self) -> None:
        self.connected = False
        self.overdue = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def holds(self, sock: socket.socket) -> None:
        with self._lock:
            self._socket = sock
            if self.overdue:
                _cut(sock)

    def cut(self) -> None:
        with self._lock:
            self.overdue = True
            if self._socket is not None:
                _cut(self._socket)


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        # the plain socket's own: TLS on top of it must not try to say goodbye first
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Watched(HTTPAdapter):
    def __init__(self, call: Call) -> None:
        self._call = call
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)  # type: ignore[no-untyped-call]
        call = self._call

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                sock = super()._new_conn()
                call.holds(sock)
                return sock

            def connect(self) -> None:
                super().connect()
                call.connected = True

        class Tls(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                sock = super()._new_conn()
                call.holds(sock)
                return sock

            def connect(self) -> None:
                super().connect()
                call.connected = True

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = Tls

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}


class Graph:
    """Graph for one token. Each call has a connection of its own: a kept one may be dead before the call is sent,
    which would make every such create an unknown."""

    def __init__(self, url: str, version: str, token: Secret, pace: Pace) -> None:
        self._base, self._token, self._pace = f"{url}/{version}", token, pace

    def send(self, request: Request, file: bytes | None = None) -> dict[str, Any]:
        """The answer of a call that surely went well. Raises adapter.Outcome for everything else; never repeats."""
        if places := list(forbidden_places(_decoded(request.fields))):
            raise Rejected("placement_inside_whatsapp", detail={"fields": places})
        call = Call()
        watchdog = threading.Timer(self._pace.deadline.total_seconds(), call.cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            http, headers, body = self._exchange(call, request, file)
        except Outcome:
            raise
        except Exception as broken:
            # the cause is not carried along: it may hold the request
            raise _unread(call, broken) from None
        finally:
            watchdog.cancel()
        if call.overdue:
            raise Unknown("answer_too_slow", http=http)
        return _read(http, headers, body)

    def _exchange(self, call: Call, request: Request, file: bytes | None) -> tuple[int, dict[str, str], bytes]:
        form = request.form()
        with requests.Session() as session:
            session.trust_env = False  # no netrc in place of our token, no proxy nobody chose
            session.mount("http://", _Watched(call))
            session.mount("https://", _Watched(call))
            answer = session.request(
                request.method,
                f"{self._base}/{request.path}",
                params=form if request.method == "GET" else None,
                data=form if request.method == "POST" else None,
                files={"filename": ("picture.jpg", file, "image/jpeg")} if file is not None else None,
                headers={
                    "Authorization": f"Bearer {self._token.reveal()}",
                    "Connection": "close",
                    "Accept-Encoding": "identity",
                },
                timeout=(self._pace.connect.total_seconds(), self._pace.deadline.total_seconds()),
                allow_redirects=False,
                stream=True,
            )
            with answer:
                return answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, _whole_body(answer)


def _whole_body(answer: requests.Response) -> bytes:
    told = answer.headers.get("Content-Length", "")
    parts, size = [], 0
    for part in answer.iter_content(CHUNK):
        parts.append(part)
        size += len(part)
        if size > ANSWER_MAX:
            raise Unknown("answer_too_large", http=answer.status_code)
    if told.isdigit() and int(told) != size:
        raise Unknown("answer_cut_off", http=answer.status_code)
    return b"".join(parts)


def _unread(call: Call, broken: Exception) -> Outcome:
    kind = {"error": type(broken).__name__}
    if not call.connected:
        return NotSent("not_reached", detail=kind)
    return Unknown("answer_too_slow" if call.overdue else "answer_lost", detail=kind)


def _read(http: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, dict):
        raise outcome_of(error, http, headers)
    if http == 429:
        raise Throttled("throttled", wait=time_to_wait(headers), http=http)
    if http != 200 or not isinstance(answer, dict) or error is not None or answer.get("success") is False:
        raise Unknown("answer_not_understood", http=http)
    return answer


def _decoded(value: Any) -> Any:
    """JSON hidden in texts laid open, so that the guard sees into it."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    if isinstance(value, Mapping):
        return {key: _decoded(inner) for key, inner in value.items()}
    return [_decoded(inner) for inner in value] if isinstance(value, list | tuple) else value


def pages_of(send: Callable[[Request], dict[str, Any]], page: Callable[[str], Request]) -> Iterator[dict[str, Any]]:
    """The rows of all pages. The next page's own address is never used: it holds the token."""
    after = ""
    for _ in range(PAGES_MAX):
        answer = send(page(after))
        rows = answer.get("data")
        if not isinstance(rows, list):
            raise Unknown("answer_not_understood")
        yield from (row for row in rows if isinstance(row, dict))
        paging = answer.get("paging") or {}
        after = str((paging.get("cursors") or {}).get("after") or "")
        if not paging.get("next") or not after:
            return
    raise Unknown("list_too_long")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
