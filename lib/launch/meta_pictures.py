"""Pictures as Meta takes them: our stored files, redrawn as JPEG."""

from io import BytesIO

from PIL import Image

from lib.launch.adapter import Rejected
from lib.store import media_folder
from lib.store.database import DATA

FORMATS = ("WEBP", "JPEG", "PNG")
QUALITY = 95


def jpeg_of(name: str) -> bytes:
    """The picture's bytes for the upload, the same each time. Raises Rejected when there is no such picture."""
    folders = [media_folder(), *sorted(DATA.glob("shops/*/pictures"))]
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None or "/" in name or name.startswith("."):
        raise Rejected("picture_not_stored", detail={"fields": [name]})
    try:
        with Image.open(path, formats=FORMATS) as picture:
            out = BytesIO()
            picture.convert("RGB").save(out, "JPEG", quality=QUALITY, subsampling=0)
    except Exception:  # whatever a decoder raises: it is not a picture that can be sent
        raise Rejected("picture_not_readable", detail={"fields": [name]}) from None
    return out.getvalue()
