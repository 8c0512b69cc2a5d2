"""Read plotly.js from our wheel or the plotly package, packed for a page that loads nothing."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from finops_report.errors import OutputError
from finops_report.page.csp import csp_hash
from finops_report.page.letters import in_letters

# How the bundle adds the style sheet of a library within it: ...createElement("style");e.id="...",e.textContent='...'
STYLE = re.compile(r"""createElement\("style"\);\w+\.id="[0-9a-f]+",\w+\.textContent='((?:[^'\\]|\\.)*)'""")
VERSION = re.compile(r"plotly\.js[^\n]* v(\d+\.\d+\.\d+)")
HINT = "pip install --force-reinstall 'plotly>=7,<8'"
ESCAPE = re.compile(r"\\(['\\])")


@dataclass(frozen=True, slots=True)
class Library:
    """plotly.js packed, its version, and the CSP hashes of its text and of the styles it brings.

    `packed` is gzip in letters, which report.js reads; `gzip_bytes` is the length of the gzip, which they pad.
    """

    packed: str
    gzip_bytes: int
    version: str
    sha256: str
    styles: tuple[str, ...]


@cache
def plotly_js() -> Library:
    """Return the plotly.js that was packed when we were installed, else the full one of the plotly package, packed now.

    A wheel contains the basic bundle, or the full plotly.js if it was built without npm; an editable install puts the
    full one into the checkout (hatch_build.py). Either starts with its licence notice. Our charts are bars and scatter,
    and `pictures` raises ValueError for anything else, so the smaller bundle draws all of them. Raises OutputError if
    there is neither.
    """
    bundled = files("finops_report") / "plotly.min.js.gz"
    if bundled.is_file():
        packed = bundled.read_bytes()
        raw = gzip.decompress(packed)
    else:
        raw = _of_the_package()
        packed = gzip.compress(raw, compresslevel=9, mtime=0)
    version = VERSION.search(raw[:300].decode("utf-8", "replace"))
    if version is None:
        raise OutputError("The plotly package carries no plotly.js", HINT)
    return Library(in_letters(packed), len(packed), version[1], csp_hash(raw), _styles(raw.decode("utf-8")))


def _of_the_package() -> bytes:
    try:
        return (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as err:
        raise OutputError("A checkout has plotly.js from the package plotly, which is missing", HINT) from err


def _styles(script: str) -> tuple[str, ...]:
    """Return the hashes of the style sheets that the bundle adds when it is loaded: an empty one, and maplibre's."""
    found = STYLE.findall(script)
    return (csp_hash(b""), *(csp_hash(ESCAPE.sub(r"\1", text).encode()) for text in found))
