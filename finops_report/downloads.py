"""Write a view's rows as CSV that a spreadsheet can open safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finops_report.figures.shapes import Row

# A name like =cmd|'/c calc'!A1 would run in a spreadsheet; a leading apostrophe makes it text (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Sequence[Row]) -> str:
    """Return the rows as RFC 4180 CSV with a heading line; empty when there are no rows.

    Money keeps every digit it has and is never written in exponent form; times are ISO 8601.
    """
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0].keys())
    writer.writerows([cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def cell(value: Any) -> str:
    """Return one value as CSV text, before quoting."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    said = str(value)
    return f"'{said}" if isinstance(value, str) and said.startswith(FORMULA_STARTS) else said
