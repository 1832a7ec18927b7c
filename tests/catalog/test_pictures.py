import io
import re
import ssl
import struct
import threading
import zlib
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from PIL import Image

from lib.catalog.download import INTERNET, DownloadRefused, Reach, download
from lib.catalog.items import get_item, save_items
from lib.catalog.model import Picture
from lib.catalog.pictures import KEPT_SIDE, PROBLEMS, PictureRefused, fetch_pictures, keep_picture, missing_pictures
from lib.store import media_folder
from tests.conftest import ROOT

HOSTS = ("pictures.example", "other.example", "inside.example", "both.example")


def encoded(kind="PNG", size=(40, 30), colour=(200, 30, 30), **how):
    out = io.BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(out, kind, **how)
    return out.getvalue()


PICTURE = encoded()


class Pictures(BaseHTTPRequestHandler):
    """A shop's picture server with every bad habit, told by the path."""

    seen: list[dict]

    def do_GET(self):
        self.seen.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
        name = self.path.strip("/").split("?")[0]
        if name.startswith("to-"):
            self._answer(302, b"", Location=self.server.targets[name])
        elif name == "missing":
            self._answer(404, b"")
        elif name == "error":
            self._answer(500, b"")
        elif name == "packed":
            self._answer(200, zlib.compress(PICTURE), **{"Content-Encoding": "deflate"})
        elif name == "announced":
            self._answer(200, b"", **{"Content-Length": "99999999"})
        elif name == "endless":
            self._endless(b"x" * 65_536, pause=0)
        elif name == "drip":
            self._endless(b"x", pause=0.05)
        elif name == "short":
            self._answer(200, PICTURE[:20], **{"Content-Length": str(len(PICTURE))})
        elif name == "web-page":
            self._answer(200, b"<html>log in</html>", **{"Content-Type": "image/png"})
        else:
            self._answer(200, PICTURE, **{"Set-Cookie": "a=b", "Content-Type": "text/html"})

    def _answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _endless(self, piece, pause):
        self.send_response(200)
        self.end_headers()
        try:
            while not self.server.stopping.wait(pause):
                self.wfile.write(piece)
        except OSError:
            return

    def log_message(self, *args):
        return


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        return  # clients here hang up on purpose


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def server(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    made = Quiet(("127.0.0.1", 0), type("Handler", (Pictures,), {"seen": []}))
    made.socket = context.wrap_socket(made.socket, server_side=True, do_handshake_on_connect=False)
    made.stopping = threading.Event()
    made.port = made.server_address[1]
    made.targets = {
        "to-good": f"https://other.example:{made.port}/good",
        "to-relative": "good",
        "to-inside": f"https://inside.example:{made.port}/good",
        "to-clear": f"http://pictures.example:{made.port}/good",
        "to-file": "file:///etc/passwd",
        "to-itself": "to-itself",
    }
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.stopping.set()
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def reach(server, authority):
    """The public names lead to the local server; it stands for an allowed address, 10.0.0.1 for a forbidden one."""
    names = {
        "pictures.example": ["127.0.0.1"],
        "other.example": ["127.0.0.1"],
        "inside.example": ["10.0.0.1"],
        "both.example": ["127.0.0.1", "10.0.0.1"],
        "unknown.example": [],
        "elsewhere.example": ["127.0.0.1"],
    }
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return Reach(
        allows=lambda address: address == "127.0.0.1",
        ports=frozenset({server.port}),
        lookup=lambda host, port: names[host],
        tls=trust,
        seconds=5.0,
        max_bytes=1_000_000,
    )


def refusal(url, reach):
    with pytest.raises(DownloadRefused) as refused:
        download(url, reach)
    return refused.value.code


def test_a_picture_is_fetched_with_the_name_it_was_asked_for_and_nothing_of_ours(server, reach, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    url = f"https://pictures.example:{server.port}/a b/ق.png?w=1&h=2"
    assert download(url, reach) == PICTURE
    assert download(url, reach) == PICTURE
    for request in server.RequestHandlerClass.seen:
        assert request.pop("host") == f"pictures.example:{server.port}"
        assert request.pop("path") == "/a%20b/%D9%82.png?w=1&h=2"
        assert request.keys() == {"accept", "accept-encoding", "user-agent"}


@pytest.mark.parametrize("path", ["to-good", "to-relative"])
def test_redirects_are_followed(server, reach, path):
    assert download(f"https://pictures.example:{server.port}/{path}", reach) == PICTURE


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("to-inside", "address_refused"),
        ("to-clear", "not_https"),
        ("to-file", "not_https"),
        ("to-itself", "too_many_redirects"),
        ("missing", "not_found"),
        ("error", "answer_refused"),
        ("packed", "answer_packed"),
        ("announced", "too_large"),
        ("endless", "too_large"),
        ("short", "connection_failed"),
    ],
)
def test_answers_that_break_a_rule_are_refused(server, reach, path, code):
    assert refusal(f"https://pictures.example:{server.port}/{path}", reach) == code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://pictures.example/a", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("//pictures.example/a", "not_https"),
        ("https://user:secret@pictures.example:{port}/a", "credentials_in_address"),
        ("https://@pictures.example:{port}/a", "credentials_in_address"),
        ("https://pictures.example:22/a", "port_refused"),
        ("http://pictures.example:8080/a", "not_https"),
        ("https://pictures.example:99999/a", "bad_address"),
        ("https://[::1/a", "bad_address"),
        ("https:///a", "bad_address"),
        ("https://inside.example:{port}/a", "address_refused"),
        ("https://both.example:{port}/a", "address_refused"),
        ("https://unknown.example:{port}/a", "name_unknown"),
        ("https://elsewhere.example:{port}/a", "certificate_refused"),
    ],
)
def test_addresses_that_break_a_rule_are_never_asked(server, reach, url, code):
    assert refusal(url.format(port=server.port), reach) == code
    assert server.RequestHandlerClass.seen == []


OURSELVES = "127.0.0.1 localhost 2130706433 0x7f.1 127.1 0177.0.0.1 ①②⑦.0.0.1 [::1] [::ffff:127.0.0.1]".split()


@pytest.mark.parametrize("host", OURSELVES)
def test_our_own_machine_is_out_of_reach_under_any_name(host):
    assert refusal(f"https://{host}/a", replace(INTERNET, seconds=5.0)) in ("address_refused", "name_unknown")


def test_a_name_is_looked_up_once_and_the_connection_goes_there(server, reach):
    asked = []

    def changing(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    url = f"https://pictures.example:{server.port}/a"
    assert download(url, replace(reach, lookup=changing)) == PICTURE
    assert asked == ["pictures.example"]


def test_a_server_that_drips_does_not_hold_us(server, reach):
    assert refusal(f"https://pictures.example:{server.port}/drip", replace(reach, seconds=0.6)) == "too_slow"


def test_a_name_server_that_does_not_answer_does_not_hold_us(reach, server):
    release = threading.Event()
    slow = replace(reach, lookup=lambda host, port: release.wait(30) and [], seconds=0.2)
    assert refusal(f"https://pictures.example:{server.port}/a", slow) == "too_slow"
    release.set()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_redrawn_and_named_by_its_content(tmp_path, kind):
    kept = keep_picture(encoded(kind), tmp_path)
    again = keep_picture(encoded(kind), tmp_path)
    assert kept == again
    assert (kept.width, kept.height) == (40, 30)
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]
    with Image.open(tmp_path / kept.name) as redrawn:
        assert (redrawn.format, redrawn.size) == ("WEBP", (40, 30))


def test_metadata_goes_and_the_way_up_stays(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x8825] = {1: "N"}  # where it was taken
    kept = keep_picture(encoded("JPEG", exif=exif, comment=b"secret"), tmp_path)
    data = (tmp_path / kept.name).read_bytes()
    assert (kept.width, kept.height) == (30, 40)
    assert b"EXIF" not in data
    assert b"secret" not in data


def test_what_is_seen_through_becomes_white_and_what_is_large_smaller(tmp_path):
    kept = keep_picture(encoded(size=(3_000, 1_500), colour=(0, 0, 0, 0)), tmp_path)
    assert (kept.width, kept.height) == (KEPT_SIDE, KEPT_SIDE // 2)
    with Image.open(tmp_path / kept.name) as redrawn:
        assert min(redrawn.convert("RGB").getpixel((5, 5))) > 250


def bomb(side):
    """A PNG of one grey, small as a file and huge as pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compressobj(9)
    line = b"\0" * (1 + side // 8)
    data = b"".join(rows.compress(line) for _ in range(side)) + rows.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (PICTURE[:60], "not_a_picture"),
        (encoded("GIF"), "not_a_picture"),
        (bomb(12_000), "too_many_pixels"),
        (bomb(20_000), "too_many_pixels"),
        (encoded(size=(17_000, 1)), "too_many_pixels"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused_and_leaves_nothing(tmp_path, data, code):
    with pytest.raises(PictureRefused) as refused:
        keep_picture(data, tmp_path)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_fetched_pictures_show_on_the_item_and_failures_are_noted(db, shop, make_item, now, server, reach):
    at = f"https://pictures.example:{server.port}"
    pictures = tuple(Picture(url=f"{at}/{name}") for name in ("good", "missing", "web-page"))
    save_items(db, shop.id, [make_item(pictures=pictures)], now)
    done = []
    urls = missing_pictures([get_item(db, shop.id, "a")])
    results = fetch_pictures(db, urls, now, reach=reach, progress=lambda n, of: done.append((n, of)))
    assert [result.problem for result in results] == [None, "not_found", "not_a_picture"]
    assert done == [(1, 3), (2, 3), (3, 3)]
    item = get_item(db, shop.id, "a")
    assert (media_folder() / item.pictures[0].name).exists()
    assert (item.pictures[0].width, item.pictures[1].name) == (40, "")
    assert missing_pictures([item]) == urls[1:]
    problems = dict(db.execute("SELECT url, problem FROM picture").fetchall())
    assert problems == {f"{at}/good": None, f"{at}/missing": "not_found", f"{at}/web-page": "not_a_picture"}


def test_fetching_changes_no_item(db, shop, make_item, now, server, reach):
    item = make_item(pictures=(Picture(url=f"https://pictures.example:{server.port}/good"),))
    save_items(db, shop.id, [item], now)
    before = db.execute("SELECT * FROM item").fetchall()
    fetch_pictures(db, [item.pictures[0].url], now, reach=reach)
    assert save_items(db, shop.id, [item], now).unchanged == 1
    assert db.execute("SELECT * FROM item").fetchall() == before


def test_the_first_pictures_of_all_items_come_before_the_second_ones(make_item):
    items = [make_item(key, pictures=tuple(Picture(url=f"https://x/{key}{n}") for n in (1, 2))) for key in "ab"]
    assert missing_pictures(items) == ["https://x/a1", "https://x/b1", "https://x/a2", "https://x/b2"]


def test_every_problem_that_can_be_reported_is_listed():
    source = "".join((ROOT / "lib/catalog" / name).read_text("utf-8") for name in ("download.py", "pictures.py"))
    named = set(re.findall(r'Refused\(.*?"(\w+)"', source)) | set(re.findall(r'else "(\w+)"\)', source))
    assert named == set(PROBLEMS)
