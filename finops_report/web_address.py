"""Tell an address of the web from what is none."""

from __future__ import annotations

from urllib.parse import urlsplit

NEVER = frozenset('"<>\\`')  # what ends an address wherever one stands in a text


def is_web_address(text: str, *, with_user: bool = False) -> bool:
    """Return whether this is an http or https address; one that names a user, or a password, only `with_user`."""
    if any(sign.isspace() or not sign.isprintable() or sign in NEVER for sign in text):
        return False
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and (parts.port or 1) > 0
    except ValueError:  # of a port, or of brackets
        return False
    labels = (parts.hostname or "").removesuffix(".").split(".")
    return usable and all(labels) and (with_user or "@" not in parts.netloc)
