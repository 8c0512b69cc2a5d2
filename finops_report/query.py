"""Give one view without the page: as a table to read, CSV, JSON or Parquet."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finops_report.document.writing import rows_json
from finops_report.errors import OutputError
from finops_report.page.csv import cell, csv_text
from finops_report.warehouse import ReadRequest, Row, meaning, parquet_of, rows_of, view_names
from finops_report.wording import formats
from finops_report.wording.plain import printable


def aligned(rows: Sequence[Row]) -> str:
    """Return rows as a text table: names to the left, numbers to the right; 'no rows' when there are none."""
    if not rows:
        return "no rows\n"
    keys = list(rows[0])
    cells = [keys, *([_text(row[key]) for key in keys] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(keys))]
    right = [all(not isinstance(row[key], str) for row in rows) for key in keys]
    lines = ["  ".join(_padded(*part) for part in zip(line, widths, right, strict=True)) for line in cells]
    return "".join(line.rstrip() + "\n" for line in lines)


def _padded(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _text(value: Any) -> str:
    if value is None:
        return "-"
    return printable(" ".join(formats.shortened(value, 80).split())) if isinstance(value, str) else cell(value)


FORMATS: Mapping[str, Callable[[Sequence[Row], Sequence[str]], str]] = {
    "table": lambda rows, _: aligned(rows),
    "csv": csv_text,
    "json": lambda rows, _: rows_json(rows),
}


@dataclass(frozen=True, slots=True)
class Exported:
    """The rows of a view in one format, and the names of its columns."""

    content: bytes
    columns: tuple[str, ...]


def export(request: ReadRequest, view: str, form: str) -> Exported:
    """Return the rows of `view` as `form`: 'table', 'csv', 'json' (UTF-8) or 'parquet'.

    Raises DatabaseError as reading does, OutputError when Parquet has no temporary place.
    """
    if form != "parquet":
        found = rows_of(request, view)
        return Exported(FORMATS[form](found.rows, found.columns).encode("utf-8", "replace"), found.columns)
    try:
        return Exported(*parquet_of(request, view))
    except OSError as err:
        raise OutputError(f"No temporary file can be written: {err.strerror}", "free space in TMPDIR") from err


def for_terminal(content: bytes) -> bytes:
    """Return rows as a terminal may be given them: what would steer it is written as its code."""
    lines = content.decode("utf-8", "replace").splitlines(keepends=False)
    return "".join(f"{printable(line)}\n" for line in lines).encode("utf-8", "replace")


def listing() -> str:
    """Return a paragraph for each view that can be asked for: its name, and what it answers."""
    return "".join(f"{name}\n{textwrap.indent(textwrap.fill(meaning(name), 90), '    ')}\n" for name in view_names())
