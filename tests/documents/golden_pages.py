"""Compare the part of a page that is made of the program with what the program is; `make golden` writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path


def check_reference(page: Path, reference: str) -> None:
    """Assert that `page` is its introduction, up to the first heading of the second level, and `reference`."""
    introduction = re.split(r"\n## ", page.read_text(encoding="utf-8"))[0].rstrip("\n") + "\n"
    check_file(page, introduction + reference)


def check_file(path: Path, content: str) -> None:
    """Assert that the file at `path` has this content."""
    if os.environ.get("FINOPS_UPDATE_GOLDEN"):
        path.write_text(content, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == content
