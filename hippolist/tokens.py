"""Tokens: links that only the person who got them can use."""

import base64
import hashlib
import hmac
import re

from django.conf import settings

PATTERN = re.compile(r"([0-9a-z]{1,13})\.([0-9a-z]{1,6})\.([A-Za-z0-9_-]{22})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def make(purpose: str, pk: int, counter: int = 0) -> str:
    """A token for one purpose and one row: `<id>.<counter>.<128 bits>`. A raised counter ends the older ones."""
    return f"{_base36(pk)}.{_base36(counter)}.{_mac(purpose, pk, counter)}"


def read(purpose: str, token: str) -> tuple[int, int] | None:
    """The row and counter that a token was made for; None where it was not made by us for this purpose."""
    found = PATTERN.fullmatch(token)
    if not found:
        return None
    pk, counter = int(found[1], 36), int(found[2], 36)
    # A second spelling of the same number (00a) is not the token we made.
    fits = hmac.compare_digest(make(purpose, pk, counter), token)
    return (pk, counter) if fits else None


def keyed_hash(purpose: str, value: str) -> str:
    """A hash that is worth nothing without the link key; for what must be recognised, never read."""
    return hmac.new(settings.LINK_KEY.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def _mac(purpose: str, pk: int, counter: int) -> str:
    message = f"{purpose}\0{pk}\0{counter}".encode()
    digest = hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _base36(value: int) -> str:
    digits = _DIGITS[value % 36]
    while value := value // 36:
        digits = _DIGITS[value % 36] + digits
    return digits
