"""Take plotly.js out of the installed plotly package, packed for a page that loads nothing."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from finops_report.errors import OutputError

# How the bundle writes a style sheet of a library within it: ...createElement("style");e.id="...",e.textContent='...'
STYLE = re.compile(r"""createElement\("style"\);\w+\.id="[0-9a-f]+",\w+\.textContent='((?:[^'\\]|\\.)*)'""")
VERSION = re.compile(r"plotly\.js[^\n]* v(\d+\.\d+\.\d+)")
ESCAPE = re.compile(r"\\(['\\])")


@dataclass(frozen=True, slots=True)
class Library:
    """plotly.js packed, its version, and the CSP hashes of its text and of the styles it brings.

    `packed` is gzip in base85, a sixteenth less than base64: RFC 1924's alphabet with a comma for '<', so that HTML
    sees no tag in it; report.js reads it. `gzip_bytes` says how many the gzip has: base85 fills up to four.
    """

    packed: str
    gzip_bytes: int
    version: str
    sha256: str
    styles: tuple[str, ...]


@cache
def plotly_js() -> Library:
    """Return the plotly.js that our wheel brings, else the whole one of the plotly package, packed.

    A wheel brings the cartesian bundle, or the whole plotly.js if it was built without npm: see hatch_build.py.

    The licence notice is the first line of either. Our charts need bars, scatter and heatmaps only, which
    `pictures` refuses to go beyond, so the smaller bundle draws all of them.
    """
    bundled = files("finops_report") / "plotly.min.js.gz"
    if bundled.is_file():
        packed = bundled.read_bytes()
        raw = gzip.decompress(packed)
    else:
        raw = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
        packed = gzip.compress(raw, compresslevel=9, mtime=0)
    version = VERSION.search(raw[:300].decode("utf-8", "replace"))
    if version is None:
        raise OutputError("The plotly package carries no plotly.js", "pip install --force-reinstall plotly")
    printed = base64.b85encode(packed, pad=True).decode("ascii").replace("<", ",")
    return Library(printed, len(packed), version[1], csp_hash(raw), _styles(raw.decode("utf-8")))


def _styles(script: str) -> tuple[str, ...]:
    """Hash the style sheets that the bundle adds when it is loaded: an empty one, and maplibre's."""
    found = STYLE.findall(script)
    return (csp_hash(b""), *(csp_hash(ESCAPE.sub(r"\1", text).encode()) for text in found))


def csp_hash(content: bytes) -> str:
    """The source expression that lets exactly this inline script or style through (CSP Level 3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode('ascii')}'"
