"""What becomes of a row: a request, a row that is set aside with its reason, or one that is of no request at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from finops_router.ingest.foreign import ForeignRequest
from finops_router.ingest.values import BadValueError

from finops_report.ingest.rows import Row, TornRow


class Found(NamedTuple):
    """A request that a row has."""

    line: int
    request: ForeignRequest


class Aside(NamedTuple):
    """A row that cannot be read, why, and what it has in the columns that are read: never its texts."""

    line: int
    reason: str
    values: Mapping[str, object]


class Passed(NamedTuple):
    """A row that is of no request, as a span of a tool is."""

    line: int


Outcome = Found | Aside | Passed
Outcomes = Iterator[Outcome]
ReadRow = Callable[[Mapping[str, object]], ForeignRequest | None]


def row_by_row(rows: Iterable[Row | TornRow], read: ReadRow, columns: Iterable[str]) -> Outcomes:
    """Yield what becomes of each row if `read` reads one from the values of these `columns`."""
    kept = tuple(columns)
    for row in rows:
        if isinstance(row, TornRow):
            yield Aside(row.line, row.reason, {})
            continue
        try:
            request = read(row.values)
        except BadValueError as error:
            yield Aside(row.line, str(error), {name: row.values[name] for name in kept if name in row.values})
            continue
        yield Passed(row.line) if request is None else Found(row.line, request)
