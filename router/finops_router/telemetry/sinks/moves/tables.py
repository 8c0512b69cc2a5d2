"""Name the tables that are moved, in their order, and what tells a row of each from others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from finops_router.telemetry.sinks.contract import SinkError
from finops_router.telemetry.sinks.workbench import schema_columns

HOUR_US = 3_600_000_000
EARLIEST_US, LATEST_US = -(2**63) + 2, 2**63 - 2
ROWS = 100_000  # of a stretch, if it has more than one hour


@dataclass(frozen=True, slots=True)
class Table:
    """A table of sql/schema: its `keys` tell a row from others. Those with times are moved by stretches of time.

    `is_once`: of a key there can be one row alone, and the one that is there stays.
    """

    name: str
    keys: tuple[str, ...]
    is_timed: bool = False
    is_once: bool = False


TABLES = (
    Table("telemetry", ("timestamp", "request_id"), is_timed=True),
    Table("attempts", ("timestamp", "request_id", "attempt"), is_timed=True),
    Table("guardrail_events", ("timestamp", "request_id", "guardrail", "action"), is_timed=True),
    Table("billed_costs", ("date", "provider", "source", "account")),
    Table("units", ("date", "name", "team")),
    Table("collector_health", ("timestamp", "host", "pid", "recorded")),
    Table("unread_journal_entries", ("journal", "entry", "reason")),
    Table("repricings", ("repricing",)),
    Table("repriced_costs", ("repricing", "table_name", "timestamp", "request_id", "place")),
    Table("loaded_segments", ("segment",), is_once=True),  # last: what a name stands for is there by then
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of some time, in microseconds since 1970 UTC, its end not included; None: rows without a usable time."""

    since_us: int | None
    until_us: int | None

    @property
    def is_timeless(self) -> bool:
        return self.since_us is None


TIMELESS = Stretch(None, None)
Hours = Iterable[tuple[int | None, int]]  # an hour since 1970 (None: no usable time), and how many rows it has


def stretches(hours: Hours) -> Iterator[Stretch]:
    """Yield stretches that hold all rows, in order of time: of one hour, or of several with so many rows at most."""
    rows, first, last = 0, None, None
    for hour, more in sorted(one for one in hours if one[0] is not None):
        assert hour is not None  # noqa: S101 -- those without are left out above
        if first is not None and last is not None and rows + more > ROWS:
            yield _stretch(first, last)
            rows, first = 0, None
        rows, first, last = rows + more, hour if first is None else first, hour
    if first is not None and last is not None:
        yield _stretch(first, last)
    if any(hour is None for hour, _ in hours):
        yield TIMELESS


def _stretch(first: int, last: int) -> Stretch:
    return Stretch(max(first * HOUR_US, EARLIEST_US), min((last + 1) * HOUR_US, LATEST_US))


def check_columns(
    place: object, found: Mapping[str, Mapping[str, str]], types: Mapping[str, str] | None = None
) -> None:
    """Raise SinkError if a table has columns that are not ours, or of other types: they would be lost.

    `types` are what the place calls the types of DuckDB, where that is another name.
    """
    for table, columns in found.items():
        ours = schema_columns()[table]
        for name, kept in columns.items():
            wanted = ours.get(name)
            if wanted is None or kept.lower() != (types or {}).get(wanted, wanted).lower():
                raise SinkError(
                    f"Column {name} of table {table} is not as our telemetry has it: {place}",
                    "bring in what is there with: finops-report ingest",
                )
