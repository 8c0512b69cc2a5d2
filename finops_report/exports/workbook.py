"""Write requests as an XLSX workbook of one sheet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped] # it ships no types

from finops_report.errors import OutputError

MARK = b"finops-report requests"  # the comment of the archive: what is ours may be replaced
MOST_CHARACTERS = 32_767  # of a cell
MOST_ROWS = 1_048_576


def workbook(columns: Sequence[str], rows: Iterable[Sequence[Any]], day: date) -> bytes:
    """Return the workbook, the same bytes for the same rows; names are text whatever they begin with, no formula.

    Raises OutputError if a sheet cannot hold so many rows.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(content, options)
    book.set_properties({"title": "Requests", "created": datetime(day.year, day.month, day.day, tzinfo=UTC)})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
    sheet = book.add_worksheet("Requests")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 16)
    sheet.write_row(0, 0, columns, book.add_format({"bold": True, "bottom": 1}))
    for place, row in enumerate(rows, 1):
        if place >= MOST_ROWS:
            raise OutputError(
                "A sheet holds no more than 1,048,575 requests", "ask for fewer days, or for CSV or Parquet"
            )
        for column, value in enumerate(row):
            _write(sheet, place, column, value, moment)
    book.close()
    with zipfile.ZipFile(content, "a") as archive:
        archive.comment = MARK
    return content.getvalue()


def is_workbook(ends: bytes) -> bool:
    """Whether a file is a workbook of requests."""
    return ends.startswith(b"PK") and ends.endswith(MARK)


def _write(sheet: Any, row: int, column: int, value: Any, moment: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, moment)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(value)[:MOST_CHARACTERS])
