"""Take plotly.js out of the installed plotly package, packed for a page that loads nothing."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Library:
    """plotly.js as gzip in base64, its version, and the CSP hash of the text it inflates to."""

    packed: str
    version: str
    sha256: str


@cache
def plotly_js() -> Library:
    """Pack the plotly.js that the plotly package carries; its licence notice is the first line of it."""
    raw = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    version = raw[:200].decode("ascii", "replace").partition("plotly.js v")[2].split()[0]
    packed = gzip.compress(raw, compresslevel=9, mtime=0)
    return Library(base64.b64encode(packed).decode("ascii"), version, csp_hash(raw))


def csp_hash(content: bytes) -> str:
    """The source expression that lets exactly this inline script or style through (CSP Level 3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode('ascii')}'"
