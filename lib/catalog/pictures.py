"""Pictures of imported items: fetched when a person asks, checked, redrawn and kept under the name of their content."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from sqlite_utils import Database

from lib.catalog.download import INTERNET, DownloadRefused, Reach, download
from lib.catalog.model import Item
from lib.store import media_folder, utc_text, write_tx

# What may stand in the way, from the address to the pixels.
PROBLEMS = (
    "bad_address", "not_https", "credentials_in_address", "port_refused", "name_unknown", "address_refused",
    "too_many_redirects", "certificate_refused", "connection_failed", "too_slow", "not_found", "answer_refused",
    "answer_packed", "too_large", "not_a_picture", "too_many_pixels",
)  # fmt: skip
MAX_PIXELS = 30_000_000
MAX_SIDE = 16_000
KEPT_SIDE = 1_600
FORMATS = ("JPEG", "PNG", "WEBP")
AT_ONCE = 4


class PictureRefused(Exception):
    """The bytes are not a picture we keep: not_a_picture, too_many_pixels."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Kept:
    name: str
    width: int
    height: int


@dataclass(frozen=True)
class Fetched:
    """What became of one address: our copy, or the code of what stood in the way."""

    url: str
    kept: Kept | None
    problem: str | None


def keep_picture(data: bytes, folder: Path) -> Kept:
    """Redraws the picture as WebP without its metadata into the folder. Raises PictureRefused."""
    picture = _decoded(data)
    out = BytesIO()
    picture.save(out, "WEBP", quality=82, method=4)
    name = f"{hashlib.sha256(out.getvalue()).hexdigest()[:32]}.webp"
    _write(folder / name, out.getvalue())
    return Kept(name, picture.width, picture.height)


def fetch_pictures(
    db: Database,
    urls: Iterable[str],
    now: datetime,
    *,
    reach: Reach = INTERNET,
    progress: Callable[[int, int], None] | None = None,
) -> list[Fetched]:
    """Fetches these addresses, a few at once, and notes what became of each; one asked for again is fetched again.

    progress is told how many of how many are done. Results come in the order asked.
    """
    wanted = list(dict.fromkeys(urls))
    folder = media_folder()
    results: dict[str, Fetched] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(_fetch, url, folder, reach) for url in wanted]
        for done, future in enumerate(as_completed(waiting), 1):
            result = future.result()
            results[result.url] = result
            _note(db, result, now)
            if progress:
                progress(done, len(wanted))
    return [results[url] for url in wanted]


def missing_pictures(items: Iterable[Item]) -> list[str]:
    """Addresses without a copy of ours: first pictures of all items before second ones, so that a grid fills soon."""
    ranked = []
    for item in items:
        pictures = (*item.pictures, *(variant.picture for variant in item.variants if variant.picture))
        ranked += [(place, picture.url) for place, picture in enumerate(pictures) if picture.url and not picture.name]
    return list(dict.fromkeys(address for _, address in sorted(ranked, key=lambda pair: pair[0])))


def _fetch(url: str, folder: Path, reach: Reach) -> Fetched:
    try:
        return Fetched(url, keep_picture(download(url, reach), folder), None)
    except (DownloadRefused, PictureRefused) as refused:
        return Fetched(url, None, refused.code)


def _note(db: Database, result: Fetched, now: datetime) -> None:
    kept = result.kept
    row = [result.url, kept and kept.name, kept and kept.width, kept and kept.height, result.problem, utc_text(now)]
    with write_tx(db):
        db.conn.execute(
            "INSERT INTO picture (url, name, width, height, problem, fetched_utc) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (url) DO UPDATE SET name = coalesce(excluded.name, name),"
            " width = coalesce(excluded.width, width), height = coalesce(excluded.height, height),"
            " problem = excluded.problem, fetched_utc = excluded.fetched_utc",
            row,
        )


def _decoded(data: bytes) -> Image.Image:
    # whatever a decoder of hostile bytes raises, the answer is the same
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("too_many_pixels") from None
    except Exception:
        raise PictureRefused("not_a_picture") from None
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureRefused("too_many_pixels")
    try:
        picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
        return _on_white(upright)
    except Exception:
        raise PictureRefused("not_a_picture") from None


def _on_white(picture: Image.Image) -> Image.Image:
    """A new picture that holds the pixels and nothing else."""
    seen = picture.convert("RGBA") if picture.has_transparency_data else picture.convert("RGB")
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return plain


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(temporary, path)
