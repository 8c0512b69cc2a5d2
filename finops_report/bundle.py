"""Take plotly.js out of the installed plotly package, packed for a page that loads nothing."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# How the bundle writes a style sheet of a library within it: ...createElement("style");e.id="...",e.textContent='...'
STYLE = re.compile(r"""createElement\("style"\);\w+\.id="[0-9a-f]+",\w+\.textContent='((?:[^'\\]|\\.)*)'""")
ESCAPE = re.compile(r"\\(['\\])")


@dataclass(frozen=True, slots=True)
class Library:
    """plotly.js as gzip in base64, its version, and the CSP hashes of its text and of the styles it brings."""

    packed: str
    version: str
    sha256: str
    styles: tuple[str, ...]


@cache
def plotly_js() -> Library:
    """Pack the plotly.js that the plotly package carries; its licence notice is the first line of it."""
    raw = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    version = raw[:200].decode("ascii", "replace").partition("plotly.js v")[2].split()[0]
    packed = gzip.compress(raw, compresslevel=9, mtime=0)
    return Library(base64.b64encode(packed).decode("ascii"), version, csp_hash(raw), _styles(raw.decode("utf-8")))


def _styles(script: str) -> tuple[str, ...]:
    """Hash the style sheets that the bundle adds when it is loaded: an empty one, and maplibre's."""
    found = STYLE.findall(script)
    return (csp_hash(b""), *(csp_hash(ESCAPE.sub(r"\1", text).encode()) for text in found))


def csp_hash(content: bytes) -> str:
    """The source expression that lets exactly this inline script or style through (CSP Level 3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode('ascii')}'"
