"""Give one view without the page: as a table to read, CSV, JSON or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from finops_report.document.writing import rows_json
from finops_report.errors import OutputError
from finops_report.page.csv import cell, csv_text
from finops_report.warehouse import ReadRequest, Row, parquet_of, rows_of
from finops_report.wording import formats


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
    return " ".join(formats.shortened(value, 80).split()) if isinstance(value, str) else cell(value)


FORMATS: Mapping[str, Callable[[Sequence[Row]], str]] = {"table": aligned, "csv": csv_text, "json": rows_json}


def export(request: ReadRequest, view: str, form: str) -> bytes:
    """Return the rows of `view` as `form`: 'table', 'csv', 'json' (UTF-8) or 'parquet'.

    Raises DatabaseError as reading does, OutputError when Parquet has no temporary place.
    """
    if form != "parquet":
        return FORMATS[form](rows_of(request, view)).encode("utf-8")
    try:
        return parquet_of(request, view)
    except OSError as err:
        raise OutputError(f"No temporary file can be written: {err.strerror}", "free space in TMPDIR") from err
