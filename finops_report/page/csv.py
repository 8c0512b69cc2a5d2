"""Embed a view's rows in the page as CSV that a spreadsheet can open safely."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from finops_report.warehouse import Row

# A name like =cmd|'/c calc'!A1 would run in a spreadsheet; a leading apostrophe makes it text (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SAFE_IN_DATA = " ,:;/()*!$=@+~"  # what needs no escape in a data: URI, besides letters and digits
MOST_PLAIN_BYTES = 8_000


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
    # Not zlib, whose bytes differ between machines. Imported here because few pages need it.
    import zopfli.gzip  # type: ignore[import-untyped] # it ships no types  # noqa: PLC0415

    packed = base64.b64encode(zopfli.gzip.compress(plain.encode(), numiterations=1)).decode("ascii")
    return Download(f"{view}.csv.gz", f"data:application/gzip;base64,{packed}", True)


def csv_text(rows: Sequence[Row]) -> str:
    """Return the rows as RFC 4180 CSV with a header line; empty if there are no rows.

    Decimals keep every digit and are never written in exponent form; times are ISO 8601.
    """
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0].keys())
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
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text
