"""Say what a part is, and what is asked of a place of telemetry so that sums of its parts can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import duckdb

from finops_report.warehouse.recorded import RecordedTable

PARTED = ("telemetry", "attempts")  # the tables whose rows have parts
TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")


@dataclass(frozen=True, slots=True)
class PartRows:
    """Which rows of a table a part has, as text that the place of the telemetry understands, and what tells them apart.

    `print` is another one if these are other rows, or if a value in one was changed. `count` is how many they are, at
    least about. `is_lasting` is False of rows that may change without another print: sums of these are not kept.
    """

    rows: str
    print: str
    count: int
    is_lasting: bool = True


@dataclass(frozen=True, slots=True)
class KnownPart:
    """A part whose cubes are in the file, as it was when they were summed; `number` tells it from all others."""

    number: int
    rows: str
    print: str


@dataclass(frozen=True, slots=True)
class PartsNow:
    """What the parts of a table are: those that are known and still true, by number, and those to be summed."""

    kept: dict[int, PartRows]
    new: tuple[PartRows, ...]


class PartedRows(Protocol):
    """What is asked of a place of telemetry whose rows are summed in parts."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Those of 'telemetry' and 'attempts' that are there."""
        ...

    def kind(self, con: duckdb.DuckDBPyConnection) -> str:
        """Return what all sums depend on beside the rows: the tables, their columns, and how these are read."""
        ...

    def parts(self, con: duckdb.DuckDBPyConnection, table: str, known: Sequence[KnownPart]) -> PartsNow:
        """Hold what is known of a table against its rows as they are; parts together have each of its rows once."""
        ...

    def rows(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return the rows of a part as `show` takes those of a table."""
        ...

    def placed(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> duckdb.DuckDBPyRelation:
        """Return the rows of a part as they are recorded, with `at_row`: a number that tells each from the others."""
        ...

    def chosen(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return those rows of a part whose `at_row` is in the table `rows_to_follow`, as `show` takes them."""
        ...


def has_plain_times(recorded: RecordedTable) -> bool:
    """Return whether each row is read for itself: the unit of times that are numbers is found from all of them."""
    return all(
        kind in TIMES
        for part in recorded.parts
        for column, kind in zip(part.columns, map(str, part.types), strict=True)
        if column.lower() == "timestamp"
    )
