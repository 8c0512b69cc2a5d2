"""Write the requests of a period as they are recorded: as spans, CSV, Parquet or a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_report.calendar.period import Period
from finops_report.errors import OutputError
from finops_report.exports.spans import span_line
from finops_report.exports.workbook import workbook
from finops_report.page.csv import csv_text
from finops_report.warehouse import ReadRequest
from finops_report.warehouse.recorded_requests import RecordedRequests, recorded_requests

USABLE_USD = (0, 1e12)  # as the report has it (sql/cubes/base)
TWELVE = Decimal("1e-12")


@dataclass(slots=True)
class RequestsExport:
    """The export as a file's content, and what it holds: requests, US dollars, and requests without a known price."""

    columns: tuple[str, ...]
    period: Period
    content: bytes = b""
    requests: int = 0
    unpriced: int = 0
    cost_usd: Decimal = Decimal(0)

    def counted(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
        """Yield rows by the names of their columns while they are counted."""
        for row in rows:
            named = dict(zip(self.columns, row, strict=True))
            self.requests += 1
            cost = named["cost_estimated"]
            if cost is not None and USABLE_USD[0] <= cost < USABLE_USD[1]:
                self.cost_usd += Decimal(repr(float(cost))).quantize(TWELVE)
            else:
                self.unpriced += 1
            yield named


def requests(request: ReadRequest, form: str) -> RequestsExport:
    """Return the requests of the period as 'otel', 'csv', 'parquet' or 'xlsx'.

    Raises DatabaseError as reading does, OutputError if there are too many for a workbook or no temporary place.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="finops-report-") as folder:
            place = Path(folder).resolve() / "requests.parquet"
            with recorded_requests(request, folder if form == "parquet" else None) as found:
                made = RequestsExport(found.columns, found.period)
                made.content = FORMS[form](found, made, place)
                return made
    except OSError as err:
        raise OutputError(f"No temporary file can be written: {err.strerror}", "free space in TMPDIR") from err


def _otel(found: RecordedRequests, made: RequestsExport, place: Path) -> bytes:
    return b"".join(
        f"{span_line(row, number)}\n".encode("utf-8", "replace")
        for number, row in enumerate(made.counted(found.rows()), 1)
    )


def _csv(found: RecordedRequests, made: RequestsExport, place: Path) -> bytes:
    return csv_text(list(made.counted(found.rows())), found.columns).encode("utf-8", "replace")


def _parquet(found: RecordedRequests, made: RequestsExport, place: Path) -> bytes:
    for _ in made.counted(found.rows()):
        pass
    found.write_parquet(place)
    return place.read_bytes()


def _xlsx(found: RecordedRequests, made: RequestsExport, place: Path) -> bytes:
    return workbook(found.columns, (tuple(row.values()) for row in made.counted(found.rows())), found.period.end)


FORMS: Mapping[str, Callable[[RecordedRequests, RequestsExport, Path], bytes]] = {
    "otel": _otel,
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
