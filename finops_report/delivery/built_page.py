"""Read a page that was built before."""

from __future__ import annotations

from pathlib import Path

from finops_report.errors import OutputError


def read_page(path: Path) -> bytes:
    """Return the page at `path`. Raises OutputError if there is none."""
    try:
        return path.read_bytes()
    except OSError as err:
        raise OutputError(f"No report: {path}", "build it first: finops-report build") from err
