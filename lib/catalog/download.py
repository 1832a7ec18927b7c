"""One guarded download of a few megabytes from an address a stranger wrote."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from lib.catalog.addresses import is_public

MAX_BYTES = 8_000_000
SECONDS = 10.0
MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "Accept": "image/webp,image/png,image/jpeg",
    "Accept-Encoding": "identity",
    "User-Agent": "click-to-chat-studio",
}


class DownloadRefused(Exception):
    """The code says which rule the address or the answer broke."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _lookup(host: str, port: int) -> Sequence[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Reach:
    """What may be reached: which addresses, on which ports, trusted how, for how long. The default is the internet."""

    allows: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset({443})
    lookup: Callable[[str, int], Sequence[str]] = _lookup
    tls: ssl.SSLContext | None = field(default=None, compare=False)
    seconds: float = SECONDS
    max_bytes: int = MAX_BYTES


INTERNET = Reach()


def download(url: str, reach: Reach = INTERNET) -> bytes:
    """The bytes behind the address, over https only. Raises DownloadRefused.

    The name is looked up once and the connection goes to the address that was checked, so that it can not
    change in between. Redirects are checked as if they were asked for. No proxy, no cookie, no credentials.
    """
    ends = time.monotonic() + reach.seconds
    for _ in range(MOST_REDIRECTS + 1):
        parts = _checked(url, reach)
        answer = _ask(parts, reach, ends)
        if isinstance(answer, bytes):
            return answer
        url = urljoin(parts.geturl(), answer)
    raise DownloadRefused("too_many_redirects")


def _checked(url: str, reach: Reach) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        port = parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        raise DownloadRefused("bad_address") from None
    # feeds are full of old http links; the same place is asked over https, never in the clear
    scheme = "https" if parts.scheme == "http" and port in (None, 80) else parts.scheme
    port = 443 if parts.scheme == "http" and port == 80 else port
    if scheme != "https":
        raise DownloadRefused("not_https")
    if "@" in parts.netloc:
        raise DownloadRefused("credentials_in_address")
    if not host or any(ord(c) <= 32 for c in parts.netloc):
        raise DownloadRefused("bad_address")
    if (port or 443) not in reach.ports:
        raise DownloadRefused("port_refused")
    bracketed = f"[{host}]" if ":" in host else host
    path = quote(parts.path or "/", safe="/%:=&?~+!$,;'@()*[]")
    query = quote(parts.query, safe="/%:=&?~+!$,;'@()*[]")
    return SplitResult("https", f"{bracketed}:{port}" if port else bracketed, path, query, "")


def _ask(parts: SplitResult, reach: Reach, ends: float) -> bytes | str:
    """The body, or the address a redirect points to."""
    connection = _connect(parts, reach, ends)
    try:
        with _cut_off_at(connection.sock, ends):
            connection.putrequest(
                "GET", parts.path + (f"?{parts.query}" if parts.query else ""), skip_accept_encoding=True
            )
            for name, value in _HEADERS.items():
                connection.putheader(name, value)
            connection.endheaders()
            with connection.getresponse() as response:
                return _read(response, reach, ends)
    except (OSError, http.client.HTTPException, ValueError):
        raise DownloadRefused("too_slow" if time.monotonic() >= ends else "connection_failed") from None
    finally:
        connection.close()


def _connect(parts: SplitResult, reach: Reach, ends: float) -> http.client.HTTPSConnection:
    host, port = str(parts.hostname), parts.port or 443
    address = _address(host, port, reach, ends)
    context = reach.tls or ssl.create_default_context()
    connection = http.client.HTTPSConnection(host, port, context=context)
    try:
        plain = socket.create_connection((address, port), timeout=max(0.001, ends - time.monotonic()))
    except OSError:
        raise DownloadRefused("too_slow" if time.monotonic() >= ends else "connection_failed") from None
    try:
        with _cut_off_at(plain, ends):
            connection.sock = context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLError:
        plain.close()
        raise DownloadRefused("certificate_refused") from None
    except (OSError, ValueError):
        plain.close()
        raise DownloadRefused("too_slow" if time.monotonic() >= ends else "connection_failed") from None
    return connection


def _address(host: str, port: int, reach: Reach, ends: float) -> str:
    """The first address of the name, if every one of them is allowed."""
    found: list[str] = []
    asking = threading.Thread(target=lambda: found.extend(_names(host, port, reach)), daemon=True)
    asking.start()
    asking.join(max(0.0, ends - time.monotonic()))
    if asking.is_alive():
        raise DownloadRefused("too_slow")
    if not found:
        raise DownloadRefused("name_unknown")
    if not all(reach.allows(address) for address in found):
        raise DownloadRefused("address_refused")
    return found[0]


def _names(host: str, port: int, reach: Reach) -> Sequence[str]:
    try:
        return reach.lookup(host, port)
    except (OSError, UnicodeError):
        return []


@contextmanager
def _cut_off_at(connection: socket.socket | None, ends: float) -> Iterator[None]:
    """Closes the line at that moment, whoever is waiting: a server that drips bytes can not hold us longer."""

    def cut() -> None:
        try:
            if connection:
                connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    timer = threading.Timer(max(0.001, ends - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(response: http.client.HTTPResponse, reach: Reach, ends: float) -> bytes | str:
    location = response.getheader("Location")
    if response.status in _REDIRECTS and location:
        return location
    if response.status != 200:
        raise DownloadRefused("not_found" if response.status in (404, 410) else "answer_refused")
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise DownloadRefused("answer_packed")
    if int(response.getheader("Content-Length") or 0) > reach.max_bytes:
        raise DownloadRefused("too_large")
    body = bytearray()
    while chunk := response.read1(65_536):
        body += chunk
        if len(body) > reach.max_bytes:
            raise DownloadRefused("too_large")
    if time.monotonic() >= ends:
        raise DownloadRefused("too_slow")
    if response.length:
        raise DownloadRefused("connection_failed")
    return bytes(body)
