"""Say which files a command may replace: its own earlier output, never a database nor anything of somebody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from finops_report.database_address import SourcePlace
from finops_report.errors import OutputError
from finops_report.files import is_stream

HEAD_BYTES = 65_536
FOOT_BYTES = 65_536
GENERATED = (b'<meta name="generator" content="finops-report', b"<title>A sealed report</title>")
FIGURES = re.compile(rb'\s*\{\s*"schema"\s*:\s*[0-9]+\s*,\s*"title"\s*:')
MAIL = b"List-Id: finops-report <"


def check_replaceable(target: Path, is_ours: Callable[[bytes], bool], source: SourcePlace | None = None) -> None:
    """Raise OutputError if `target` must not be written: it is the database `source`, or a file that is not ours.

    Ours is a file that has nothing in it, or whose head and foot `is_ours` knows. Pipes and devices are written to.
    """
    try:
        if isinstance(source, Path) and _belongs_to(target, source):
            raise OutputError(
                f"The report cannot be written: {target} is the database, or part of it", "give another name"
            )
        if is_stream(target) or not target.is_file():
            return
        ends = _ends(target)
    except OSError as err:
        raise OutputError(
            f"The report cannot be written: {target}: {err.strerror}", "check the path and its permissions"
        ) from err
    if ends and not is_ours(ends):
        raise OutputError(
            f"The report cannot be written: {target} is there and none of ours",
            "give another name, or take that file away first",
        )


def is_page(ends: bytes) -> bool:
    """Whether a file is a report's page, open or sealed."""
    return any(mark in ends for mark in GENERATED)


def is_figures(ends: bytes) -> bool:
    """Whether a file is a report.json."""
    return FIGURES.match(ends) is not None


def is_mail(ends: bytes) -> bool:
    """Whether a file is a message that `mail --dry-run` wrote."""
    return MAIL in ends


def is_rows(form: str, columns: Sequence[str]) -> Callable[[bytes], bool]:
    """Return what knows a file of rows with these columns, as 'table', 'csv', 'json' or 'parquet'."""
    known = {
        "table": lambda ends: _first_line(ends).split() in (list(columns), ["no", "rows"]),
        "csv": lambda ends: _first_line(ends) == ",".join(columns),
        "json": lambda ends: _first_line(ends) == "[]" or _keys(_first_line(ends)) == list(columns),
        "parquet": lambda ends: ends.startswith(b"PAR1") and all(name.encode() in ends for name in columns),
    }
    return known[form]


def _belongs_to(target: Path, source: Path) -> bool:
    place, database = target.resolve(), source.resolve()
    journal = Path(f"{database}.journal")
    return place in (database, Path(f"{database}.wal"), journal) or journal in place.parents


def _ends(file: Path) -> bytes:
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
        size = opened.seek(0, 2)
        opened.seek(max(size - FOOT_BYTES, 0))
        return head if size <= HEAD_BYTES else head + opened.read()


def _first_line(ends: bytes) -> str:
    return ends.partition(b"\n")[0].decode("utf-8", "replace").strip()


def _keys(line: str) -> list[str]:
    """Return the names in the first object of a JSON array whose objects are a line each; none if it is no such."""
    try:
        row = json.loads(line.removeprefix("[").rstrip(",]"))
    except (ValueError, RecursionError):
        return []
    return list(row) if isinstance(row, dict) else []
