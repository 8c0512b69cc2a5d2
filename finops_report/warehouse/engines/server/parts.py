"""Read the rows of a part alone, and tell by prints what rows there are: what is needed to keep sums of a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.engines.server.readings import TableReading, reading_of
from finops_report.warehouse.engines.server.statements import rows_of
from finops_report.warehouse.engines.server.words import T, Words
from finops_report.warehouse.kept.days import ServerPart, Within
from finops_report.warehouse.kept.parts import PARTED

READ_AS_JSON = ("nested", "json")
UNITS = (1e11, 1e14, 1e17)  # medians from which on times that are numbers are of another unit (readings/time_of_number)


def readings_of_part(readings: Mapping[str, TableReading[T]], part: ServerPart | None) -> Mapping[str, TableReading[T]]:
    """Return how tables are read if there is nothing but a part; None: nothing but what stands beside requests."""
    if part is None:
        return {name: replace(one, found=None) if name in PARTED else one for name, one in readings.items()}
    return {
        name: replace(one, within=part.within) if name == part.table else replace(one, found=None)
        for name, one in readings.items()
    }


def prints_of(reading: TableReading[T], found: FoundTable, within: Within | None) -> T:
    """Return the statement of what rows a table has, by hour (see prints/by_hour): all of them, or those of a time."""
    text = reading.words.dialect.text("prints", "by_hour")
    words = reading.words.where(text, [found])
    reading = replace(reading, words=words, within=within)
    values = [reading.value_of("timestamp"), *(_value(words, one) for one in _columns_read(reading))]
    printed = words.piece(
        "prints/printed",
        timestamp=reading.value_of("timestamp"),
        print=words.piece("prints/row", values=words.listed(values)),
        table=words.table(found),
        rows=rows_of(reading, None),
    )
    return words.statement(words.piece("frame/cte", name=words.identifier("printed"), text=printed), text)


def said_of(reading: TableReading[T]) -> str:
    """Return, as text, how a table is read: sums of one that is read in another way are others."""
    if reading.found is None:
        return "nothing"
    found = reading.found
    columns = sorted((name, one.name, one.type, one.family) for name, one in found.columns.items())
    units = sorted((name, sum(median >= unit for unit in UNITS)) for name, median in reading.typical.items())
    return repr((found.table.schema, found.table.name, columns, units))


def _columns_read(reading: TableReading[T]) -> list[Column]:
    columns = {} if reading.found is None else reading.found.columns
    wanted = ((columns[name], needed) for name, needed in reading.needed.items() if name in columns)
    return [column for column, needed in wanted if reading_of(column, needed) is not None]


def _value(words: Words[T], column: Column) -> T:
    name = "prints/value_of_nested" if column.family in READ_AS_JSON else "prints/value"
    return words.piece(name, value=words.value(column))
