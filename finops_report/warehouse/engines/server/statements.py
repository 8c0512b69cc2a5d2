"""Compose a cube's statement with all that it stands on, down to the tables as they are recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.engines.dialect import tables_read
from finops_report.warehouse.engines.server.given import GIVEN
from finops_report.warehouse.engines.server.readings import TableReading
from finops_report.warehouse.engines.server.words import T, Words

PLACE = re.compile(r"\$(\w+)")
TIMES = (("from_us", "until_us"), ("history_from_us", "history_until_us"))


def composed(
    words: Words[T], cube: Cube, readings: Mapping[str, TableReading[T]], bounds: Bounds
) -> tuple[T, tuple[str, ...]]:
    """Return the statement of a cube, and the names of the small tables it is to be given."""
    text = words.dialect.of(cube.source)
    below = words.dialect.below(text)
    texts = {**below, cube.table: text}
    read = tables_read(texts)
    taken = {name for one in texts.values() for name in PLACE.findall(one)}
    times = [(bounds[first], bounds[last]) for first, last in TIMES if first in taken]
    between_us = times[0] if len(times) == 1 else None
    here = {name: reading for name, reading in readings.items() if name in read}
    words = words.where(text, [one.found for one in here.values() if one.found is not None])
    parts = [
        _part(words, name, replace(reading, words=words).text(rows_of(reading, between_us)))
        for name, reading in here.items()
    ]
    parts += [_part(words, name, words.filled(its_text)) for name, its_text in below.items()]
    given = tuple(name for name in GIVEN if name in read)
    return words.statement(words.listed(parts), text), given


def rows_of(reading: TableReading[T], between_us: tuple[float, float] | None) -> T:
    """Return the condition of the rows of a time (None: all): of those at least, whatever the column is."""
    words, within = reading.words, reading.within
    column = None if reading.found is None else reading.found.columns.get("timestamp")
    if column is None or column.type not in words.types.moments:
        return words.piece("frame/all_rows")
    named = {"column": words.value(column), "type": words.filled(column.type)}
    if within is not None and within.from_us is not None:
        if within.until_us is None:
            return words.piece("parts/rows_since", **named, least_us=words.literal(within.from_us))
        between_us = within.from_us, within.until_us
    elif within is not None or between_us is None:
        return words.piece("frame/all_rows")
    least_us, most_us = map(words.literal, between_us)
    return words.piece("frame/rows_between", **named, least_us=least_us, most_us=most_us)


def _part(words: Words[T], name: str, text: T) -> T:
    return words.piece("frame/cte", name=words.identifier(name), text=text)
