"""Whether a delivery comes from the platform: proven over the bytes as they came, before anything reads them."""

import hashlib
import hmac
import os

SECRET = "STUDIO_WHATSAPP_APP_SECRET"
VERIFY_TOKEN = "STUDIO_WHATSAPP_VERIFY_TOKEN"


def app_secret() -> str:
    """Empty where none is set: then nothing is accepted."""
    return os.environ.get(SECRET, "")


def verify_token() -> str:
    return os.environ.get(VERIFY_TOKEN, "")


def sign(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_genuine(body: bytes, header: str | None, secret: str) -> bool:
    """Compared as bytes, because a header may hold any of them and text with such would raise."""
    if not secret or not header:
        return False
    return hmac.compare_digest(sign(body, secret).encode(), header.encode("latin-1", "replace"))


def handshake(mode: str, token: str, expected: str) -> bool:
    if not expected or mode != "subscribe":
        return False
    return hmac.compare_digest(token.encode(), expected.encode())
