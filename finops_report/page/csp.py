"""Write and read the Content-Security-Policy of a page (CSP Level 3)."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping

from finops_report.errors import OutputError

META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')


def csp_hash(content: str | bytes) -> str:
    """Return the source expression that allows exactly this inline script or style."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return f"'sha256-{base64.b64encode(hashlib.sha256(raw).digest()).decode('ascii')}'"


def policy(directives: Mapping[str, str]) -> str:
    """Return the directives (name -> sources) as one policy."""
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def directives_of(page: str) -> dict[str, str]:
    """Return the directives of a page's own policy. Raises OutputError if it has none: it is not a page of ours."""
    found = META.search(page)
    if found is None:
        raise OutputError("Not a report of ours: it has no Content-Security-Policy", "give --report a built page")
    parts = (part.partition(" ") for part in html.unescape(found[1]).split("; "))
    return {name: sources for name, _, sources in parts}
