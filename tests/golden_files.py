"""Compare a built file with the accepted one, or accept it: `make golden`, then review the diff."""

from __future__ import annotations

import difflib
import gzip
import json
import os
import re
from pathlib import Path

import pytest

from tests.conftest import from_letters

GOLDEN = Path(__file__).parent / "golden"
ACTUAL = Path(__file__).parent / "actual"
# Parts that may differ without a review: the packed library and its hashes, version numbers.
SCRUBS = {
    "library": (r'(<script type="application/gzip" id="library" data-bytes=")[^<]+', r"\1…"),
    "library hash": (r"(script-src (?:&#39;sha256-[^&]+&#39; ){2}&#39;sha256-)[^&]+", r"\1…"),
    "library styles": (r"(style-src &#39;sha256-[^&]+&#39;)(?: &#39;sha256-[^&]+&#39;)+", r"\1 …"),
    "plotly.js version": (r"plotly\.js \d+\.\d+\.\d+", "plotly.js …"),
    "version": (r"finops-report \d+\.\d+\.\d+", "finops-report …"),
}


FIGURES = re.compile(r'(<script type="application/gzip" id="figures" data-bytes=")(\d+)">([^<]+)')


def scrubbed(content: str) -> str:
    """Return the content with an ellipsis in place of what may differ, and packed figures as JSON, a chart a line."""
    content = FIGURES.sub(_readable, content)
    for pattern, replacement in SCRUBS.values():
        content = re.sub(pattern, replacement, content)
    return content


def _readable(found: re.Match[str]) -> str:
    figures = json.loads(gzip.decompress(from_letters(found[3])[: int(found[2])]))
    lines = (f"{name}: {json.dumps(figure, sort_keys=True)}" for name, figure in figures.items())
    return found[1] + '…">' + "\n".join(lines).replace("</", "<\\/")


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
