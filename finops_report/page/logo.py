"""Read the logo of the settings as a data: URI, checked to be a picture of sensible size."""

from __future__ import annotations

import base64
from pathlib import Path

from finops_report.errors import ConfigError

MOST_BYTES = 100_000  # mails carry the page
KINDS = {  # suffix -> media type, the first bytes of such a file
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".webp": ("image/webp", (b"RIFF",)),
    ".svg": ("image/svg+xml", (b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg")),
}


def logo_uri(path: Path) -> str:
    """Return the picture at `path` as a data: URI.

    A browser that shows an SVG as an image runs no script of it and fetches nothing. Raises ConfigError if the file
    cannot be read, is not a PNG, JPEG, WebP or SVG, or is larger than 100 kB.
    """
    size, content = _first_bytes(path)
    media_type, beginnings = KINDS.get(path.suffix.lower(), ("", ()))
    if not content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(beginnings or (b"\0never",)):
        raise ConfigError(f"Not a picture the page can hold: {path}", f"use one of {', '.join(KINDS)}")
    if size > MOST_BYTES:
        raise ConfigError(f"The logo is too large: {size:,} bytes of {MOST_BYTES:,}", "make it smaller, or use an SVG")
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def _first_bytes(path: Path) -> tuple[int, bytes]:
    """Return the size of the file, and its content: no more of it than a logo may have. Raises ConfigError."""
    try:
        if path.exists() and not path.is_file():  # reading a pipe or device may never end
            raise ConfigError(f"The logo is no file: {path}", "check report.logo; it is beside finops.toml")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
            return max(len(content), path.stat().st_size), content
    except (OSError, ValueError) as err:
        raise ConfigError(f"The logo cannot be read: {path}", "check report.logo; it is beside finops.toml") from err
