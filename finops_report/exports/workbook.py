"""Write requests as an XLSX workbook of one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from finops_report.errors import OutputError
from finops_report.workbooks import MOST_CHARACTERS, MOST_ROWS, Workbook, is_marked

MARK = b"finops-report requests"  # the comment of the archive: what is ours may be replaced


def workbook(columns: Sequence[str], rows: Iterable[Sequence[Any]], day: date) -> bytes:
    """Return the workbook, the same bytes for the same rows; names are text whatever they begin with, no formula.

    Raises OutputError if a sheet cannot hold so many rows.
    """
    made = Workbook("Requests", day)
    moment = made.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
    sheet = made.headed("Requests", columns, made.head())
    for place, row in enumerate(rows, 1):
        if place >= MOST_ROWS:
            raise OutputError(
                "A sheet holds no more than 1,048,575 requests", "ask for fewer days, or for CSV or Parquet"
            )
        for column, value in enumerate(row):
            _write(sheet, place, column, value, moment)
    return made.whole(MARK)


def is_workbook(ends: bytes) -> bool:
    """Whether a file is a workbook of requests."""
    return is_marked(ends, MARK)


def _write(sheet: Any, row: int, column: int, value: Any, moment: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, moment)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(value)[:MOST_CHARACTERS])
