"""Read a page that was built before."""

from __future__ import annotations

from pathlib import Path

from finops_report.errors import OutputError
from finops_report.named_files import content_of


def read_page(path: Path) -> bytes:
    """Return the page at `path`. Raises OutputError if there is none."""
    try:
        return content_of(path)
    except OSError as err:
        raise OutputError(f"No report: {path}", "build it first: finops-report build") from err
