"""Read the requests of a period as they are recorded, not summed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from finops_report.calendar.period import Period
from finops_report.warehouse.opening import ReadRequest, opened_source
from finops_report.warehouse.sql_files import statement
from finops_report.warehouse.steps import OVER, Step

ROWS = 2048  # at a time


@dataclass(frozen=True, slots=True)
class RecordedRequests:
    """The requests of a period: the names of their columns, and their rows, which are read while they are asked for."""

    period: Period
    columns: tuple[str, ...]
    con: duckdb.DuckDBPyConnection
    bounds: Mapping[str, int]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows, some at a time."""
        found = self.con.execute(_text(), self.bounds)
        while some := found.fetchmany(ROWS):
            yield from some

    def write_parquet(self, place: Path) -> None:
        """Write the rows as Parquet, with the types they have."""
        self.con.sql(_text(), params=self.bounds).write_parquet(str(place))


@contextmanager
def recorded_requests(request: ReadRequest, scratch: str | None = None) -> Iterator[RecordedRequests]:
    """Open the source and yield its requests; it stays open until the block ends. Raises DatabaseError as reading does.

    `scratch` is a folder that may be written to.
    """
    with opened_source(request, scratch) as opened:
        request.told(Step("requests", 1, 1, opened.extent.rows_read))
        opened.bring_rows()
        period = opened.period
        bounds = {"start_us": period.start_us, "until_us": min(period.until_us, opened.future_us)}
        columns = opened.con.sql(_text(), params=bounds).columns
        request.told(OVER)
        yield RecordedRequests(period, tuple(columns), opened.con, bounds)


def _text() -> str:
    return statement("exports/requests", "requests")
