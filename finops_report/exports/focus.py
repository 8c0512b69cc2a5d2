"""Write what was spent as FOCUS cost data: a row a meter, each request priced before rows are summed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_report.calendar.period import Period
from finops_report.errors import DatabaseError, OutputError
from finops_report.exports.focus_names import COLUMNS, providers, units
from finops_report.exports.focus_periods import charge_days
from finops_report.page.csv import csv_text
from finops_report.warehouse import ReadRequest
from finops_report.warehouse.metered import Metered, Pricing, Unpriced, focus_table, metered

TOTAL = "BilledCost"


@dataclass(frozen=True, slots=True)
class FocusExport:
    """The export as a file's content, and what it holds: rows, requests, US dollars, and what is in no row."""

    content: bytes
    columns: tuple[str, ...]
    rows: int
    requests: int
    cost_usd: Decimal
    unpriced: tuple[Unpriced, ...]
    period: Period


def focus(
    request: ReadRequest, pricing: Pricing, version: str, form: str, tag_keys: Sequence[str] | None = None
) -> FocusExport:
    """Return the period as FOCUS `version` ('1.4', '1.2') in the `form` 'csv' or 'parquet'.

    Raises DatabaseError as reading does, and if the rows do not add up to the report's spend; OutputError if Parquet
    has no temporary place.
    """
    names = COLUMNS[version]
    try:
        with (
            tempfile.TemporaryDirectory(prefix="finops-report-") as folder,
            metered(request, pricing, tag_keys, folder if form == "parquet" else None) as found,
        ):
            table = focus_table(found, charge_days(found.period), units, providers, names)
            rows = table.fetchall()
            _check(found, [row[names.index(TOTAL)] for row in rows])
            if form == "parquet":
                path = Path(folder).resolve() / "focus.parquet"
                table.write_parquet(str(path))
                content = path.read_bytes()
            else:
                content = _csv(names, rows)
    except OSError as err:
        raise OutputError(f"No temporary file can be written: {err.strerror}", "free space in TMPDIR") from err
    return FocusExport(content, names, len(rows), found.requests, found.cost_usd, found.unpriced, found.period)


def _check(found: Metered, amounts: Sequence[Decimal]) -> None:
    total = sum(amounts, Decimal(0))
    if total != found.cost_usd:
        raise DatabaseError(
            f"The rows come to {total}, not to {found.cost_usd}", "nothing was written; please report this"
        )


def _csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    lines: list[Mapping[str, Any]] = [dict(zip(names, map(_written, row), strict=True)) for row in rows]
    return csv_text(lines, names).encode("utf-8", "replace")


def _written(value: Any) -> Any:
    """Return a value as FOCUS writes it: moments in UTC with a Z, decimals plainly and with a point."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, Decimal):
        plain = f"{value.normalize():f}"
        return plain if "." in plain else f"{plain}.0"
    return value
