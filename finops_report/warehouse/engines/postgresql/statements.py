"""Compose a cube's statement with all that it stands on, down to the tables as they are recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.engines.dialect import tables_read
from finops_report.warehouse.engines.postgresql.filling import (
    PLACE,
    POSTGRES,
    filled,
    identifier,
    listed,
    literal,
    piece,
)
from finops_report.warehouse.engines.postgresql.given import GIVEN
from finops_report.warehouse.engines.postgresql.readings import TableReading

if TYPE_CHECKING:
    from psycopg.sql import Composed

TIMES = (("from_us", "until_us"), ("history_from_us", "history_until_us"))
MOMENTS = ("timestamp", "timestamptz")


def composed(cube: Cube, readings: Mapping[str, TableReading], bounds: Bounds) -> tuple[Composed, tuple[str, ...]]:
    """Return the statement of a cube, and the names of the small tables it is to be given."""
    text = POSTGRES.of(cube.source)
    below = POSTGRES.below(text)
    texts = {**below, cube.table: text}
    read = tables_read(texts)
    taken = {name for one in texts.values() for name in PLACE.findall(one)}
    times = [(bounds[first], bounds[last]) for first, last in TIMES if first in taken]
    parts = [
        _part(name, reading.text(rows_of(reading, times[0] if len(times) == 1 else None)))
        for name, reading in readings.items()
        if name in read
    ]
    parts += [_part(name, filled(its_text)) for name, its_text in below.items()]
    given = tuple(name for name in GIVEN if name in read)
    return piece("frame/statement", parts=listed(parts), text=filled(text)), given


def rows_of(reading: TableReading, between_us: tuple[float, float] | None) -> Composed:
    """Return the condition of the rows of a time (None: all): of those at least, whatever the column is."""
    column = None if reading.found is None else reading.found.columns.get("timestamp")
    if between_us is None or column is None or column.type not in MOMENTS:
        return piece("frame/all_rows")
    least_us, most_us = map(literal, between_us)
    return piece("frame/rows_between", column=identifier(column.name), least_us=least_us, most_us=most_us)


def _part(name: str, text: Composed) -> Composed:
    return piece("frame/cte", name=identifier(name), text=text)
