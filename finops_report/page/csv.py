"""Embed a view's rows in the page as CSV that a spreadsheet can open safely."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from finops_report.page.packing import gzipped
from finops_report.warehouse import Row

# A name like =cmd|'/c calc'!A1 would run in a spreadsheet; an apostrophe before it makes it text (OWASP).
# It counts after quotes and signs that nobody sees, and wherever a spreadsheet could begin a cell: if semicolons divide
# cells, as in Germany, one that is not the first of its line is divided in its middle, and line breaks end rows.
UNSEEN = '"\\s\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff'
SIGNS = "=+\\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"  # ASCII, minus, full width, small
FORMULA = re.compile(f"(^|[;\t\r\n])([{UNSEEN}]*)(?=[{SIGNS}])")
DIVIDES = ("\t", "\r")  # at the start of a cell some spreadsheets drop them, and read on
SAFE_IN_DATA = " ,:;/()*!$=@+~"  # what needs no escape in a data: URI, besides letters and digits
MOST_PLAIN_BYTES = 1_200


@dataclass(frozen=True, slots=True)
class Download:
    """A file in the page: the name to save it under, its data: URI, and whether it is compressed with gzip."""

    name: str
    uri: str
    packed: bool


def download(view: str, rows: Sequence[Row]) -> Download:
    """Return the view's rows as <view>.csv; a long one as <view>.csv.gz, which report.js unpacks before it is saved.

    The names of a thousand models repeat themselves: compressed, they take a fifth to a tenth.
    """
    plain = csv_text(rows)
    if len(plain) <= MOST_PLAIN_BYTES:
        return Download(f"{view}.csv", f"data:text/csv;charset=utf-8,{quote(plain, safe=SAFE_IN_DATA)}", False)
    packed = base64.b64encode(gzipped(plain)).decode("ascii")
    return Download(f"{view}.csv.gz", f"data:application/gzip;base64,{packed}", True)


def csv_text(rows: Sequence[Row], columns: Sequence[str] = ()) -> str:
    """Return the rows as RFC 4180 CSV with a header line; without rows the header is of `columns`.

    Decimals keep every digit and are never written in exponent form; times are ISO 8601.
    """
    names = list(rows[0]) if rows else columns
    if not names:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def cell(value: Any) -> str:
    """Return one value as CSV text, before quoting; None is empty."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _disarmed(value) if isinstance(value, str) else str(value)


def _disarmed(text: str) -> str:
    disarmed = FORMULA.sub(r"\1\2'", text)
    return f"'{disarmed}" if text.startswith(DIVIDES) else disarmed
