"""Compare a built file with the accepted one, or accept it: `make golden`, then review the diff."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
ACTUAL = Path(__file__).parent / "actual"
# Parts that may differ without a review: the packed library and its hashes, version numbers.
SCRUBS = {
    "library": (r'(<script type="application/gzip;base85" id="library" data-bytes=")[^<]+', r"\1…"),
    "library hash": (r"(script-src (?:&#39;sha256-[^&]+&#39; ){2}&#39;sha256-)[^&]+", r"\1…"),
    "library styles": (r"(style-src &#39;sha256-[^&]+&#39;)(?: &#39;sha256-[^&]+&#39;)+", r"\1 …"),
    "plotly.js version": (r"plotly\.js \d+\.\d+\.\d+", "plotly.js …"),
    "version": (r"finops-report \d+\.\d+\.\d+", "finops-report …"),
}


def scrubbed(content: str) -> str:
    """Return the content with an ellipsis in place of what may differ."""
    for pattern, replacement in SCRUBS.values():
        content = re.sub(pattern, replacement, content)
    return content


def same_as_golden(name: str, content: str) -> None:
    """Fail with a diff when `content` differs from tests/golden/<name>; keep it in tests/actual/ then."""
    accepted, content = GOLDEN / name, scrubbed(content)
    if os.environ.get("FINOPS_UPDATE_GOLDEN"):
        accepted.write_text(content, encoding="utf-8", newline="")
        return
    expected = accepted.read_text(encoding="utf-8") if accepted.exists() else ""
    if content == expected:
        return
    ACTUAL.mkdir(exist_ok=True)
    (ACTUAL / name).write_text(content, encoding="utf-8", newline="")
    lines = difflib.unified_diff(expected.splitlines(), content.splitlines(), "accepted", "actual", lineterm="", n=1)
    shown = "\n".join(line[:300] for line in list(lines)[:60])
    pytest.fail(f"{name} differs from tests/golden/{name}; review, then `make golden`:\n{shown}")
