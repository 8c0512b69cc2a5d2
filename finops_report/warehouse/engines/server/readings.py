"""Put together how a recorded table is read as the contract needs it: each column by the family of its type.

What each reading does is in sql/dialects/<name>/readings, as sql/source/readings.sql has it for DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

import duckdb

from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.engines.server.json_pattern import JSON_PATTERN
from finops_report.warehouse.engines.server.words import Session, T, Words
from finops_report.warehouse.kept.days import Within
from finops_report.warehouse.readings import EPOCHS, NEEDED, READ, REASONS

# What DuckDB's trim() takes away: the separators of Unicode's category Zs.
SPACES = "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
BY_TEXT = ("blob", "json")
OWN_FAMILIES = {"number": "number", "truth": "boolean", "json": "json"}  # read as they are, with no macro in DuckDB


@dataclass(frozen=True, slots=True)
class TableReading(Generic[T]):
    """A table of the contract as it is read: `needed` is what each column has to be, `found` None if it is not there.

    `typical` are the medians of columns that hold times as numbers: they tell the unit. `within` is the time whose rows
    alone are read (None: all are).
    """

    words: Words[T]
    needed: Mapping[str, str]
    found: FoundTable | None
    typical: Mapping[str, float]
    within: Within | None = None

    def text(self, rows: T) -> T:
        """Return the statement of the table's rows, of those that `rows` is true of."""
        text = self._text(rows)
        return text if self.within is None or self.found is None else _within(self.words, text, self.within)

    def value_of(self, name: str) -> T:
        """Return what is read of a recorded column."""
        return self._value(name)

    def _text(self, rows: T) -> T:
        words, names = self.words, tuple(self.needed)
        texts = [name for name in names if self.needed[name] == "text"]
        values = words.listed(self._named(self._value(name), name) for name in names)
        columns = words.listed(words.identifier(name) for name in names)
        shown = [self._named(self._short(name), f"short_{name}") for name in texts] or [words.literal(None)]
        if self.found is None:
            return words.piece("frame/nothing", columns=columns, names=words.listed(shown), values=values)
        given = [name for name in names if self._may_fail(name)]
        own = [name for name in names if self.number_type(name) is not None]
        flags = [self._named(self._given(name), f"given_{name}") for name in given]
        digits = [self._named(words.value(self._found_columns[name]), f"own_{name}") for name in own]
        return words.piece(
            "frame/table",
            columns=columns,
            names=words.listed([*shown, *(words.identifier(f"own_{name}") for name in own)]),
            unreadable=words.listed(map(self._unreadable, given)),
            values=words.listed([values, *flags, *digits]),
            table=words.table(self.found),
            rows=rows,
        )

    def number_type(self, name: str) -> str | None:
        """Return the type of DuckDB in which a column of numbers is brought over; None if it is none of numbers."""
        column = self._found_columns.get(name)
        return None if column is None or self.needed[name] != "number" else self.words.types.brought.get(column.type)

    def brought(self, name: str) -> T:
        """Return the value of a column as it is brought over."""
        kind = self.number_type(name)
        value = self.words.identifier(name if kind is None else f"own_{name}")
        if kind == "varchar" or self.needed[name] == "json":
            return self.words.piece("frame/as_text", value=value)
        return self._named(value, name)

    @property
    def _found_columns(self) -> Mapping[str, Column]:
        return {} if self.found is None else self.found.columns

    def _named(self, value: T, name: str) -> T:
        return self.words.piece("frame/named", value=value, name=self.words.identifier(name))

    def _value(self, name: str) -> T:
        column, needed = self._found_columns.get(name), self.needed[name]
        reading = None if column is None else reading_of(column, needed)
        if column is None or reading is None:
            return self.words.piece("frame/not_recorded", type=self.words.filled(self.words.types.null[needed]))
        return _read(self.words, reading, column, self.typical.get(name))

    def _may_fail(self, name: str) -> bool:
        column = self._found_columns.get(name)
        return column is not None and column.type not in self.words.types.as_they_stand[self.needed[name]]

    def _given(self, name: str) -> T:
        column = self._found_columns[name]
        value = self.words.value(column)
        if column.family == "json":
            text = self.words.piece("readings/text_of_json", value=value)
            return self.words.piece("readings/given_json", value=value, text=text)
        return self.words.piece("readings/given_text" if column.family == "text" else "readings/given", value=value)

    def _unreadable(self, name: str) -> T:
        words, what = self.words, self.words.literal(f"{name}:{REASONS[self.needed[name]]}")
        given, value = words.identifier(f"given_{name}"), words.identifier(name)
        return words.piece("frame/unreadable", given=given, name=value, what=what)

    def _short(self, name: str) -> T:
        return self.words.piece("readings/short_name", value=self.words.identifier(name))


def _within(words: Words[T], text: T, within: Within) -> T:
    """Return the rows of a statement that are of a time, exactly, whatever the column of times is."""
    if within.from_us is None:
        return words.piece("parts/timeless", text=text, end=words.literal(within.until_us))
    if within.until_us is None:
        return words.piece("parts/since", text=text, first=words.literal(within.from_us))
    ends = {"first": words.literal(within.from_us), "end": words.literal(within.until_us)}
    return words.piece("parts/between", text=text, **ends)


def reading_of(column: Column, needed: str) -> str | None:
    """Return the name of the reading of a column, None if its values cannot be read as what is needed."""
    if column.family not in (*READ[needed], OWN_FAMILIES.get(needed)):
        return None
    kind = column.type.lower() if (needed, column.family) == ("time", "moment") else column.family
    return f"{needed}_of_{kind}"


def _read(words: Words[T], reading: str, column: Column, typical: float | None) -> T:
    """Return a column as `reading` has it; bytes and JSON are read as their text is, unless they are wanted as such."""
    value = words.value(column)
    needed, _, kind = reading.partition("_of_")
    if kind in BY_TEXT and not (kind == "json" and needed == "json") and needed != "text":
        value, kind = words.piece(f"readings/text_of_{kind}", value=value), "text"
    pieces = {"value": value, "json_pattern": words.literal(JSON_PATTERN)}
    if needed == "time" and kind in ("number", "text"):
        number = words.piece(f"readings/number_of_{kind}", value=value)
        pieces["number"] = number
        pieces["typical"] = words.literal(typical)
        pieces["of_number"] = words.piece("readings/time_of_number", number=number, typical=words.literal(typical))
    return words.piece(f"readings/{needed}_of_{kind}", **pieces)


def needed_of(contract: duckdb.DuckDBPyRelation) -> Mapping[str, str]:
    """Return what each column of a table of the contract has to be."""
    kinds = zip(contract.columns, contract.types, strict=True)
    return {column: NEEDED[str(kind)][0] for column, kind in kinds}


def table_reading(
    words: Words[T], session: Session[T], needed: Mapping[str, str], found: FoundTable | None
) -> TableReading[T]:
    """Return how a table is read; the numbers of columns that may hold times are looked at. Raises DatabaseError."""
    typical: dict[str, float] = {}
    if found is None:
        return TableReading(words, needed, None, typical)
    for column in _epoch_columns(needed, found):
        ((median,),) = session.rows(_median_of(words, column, found), {"spaces": SPACES})
        if median is not None:
            typical[column.name.lower()] = float(median)
    return TableReading(words, needed, found, typical)


def _epoch_columns(needed: Mapping[str, str], found: FoundTable) -> Sequence[Column]:
    """Return the columns that may hold times as numbers, whose unit has to be found out."""
    columns = (found.columns[name] for name, what in needed.items() if what == "time" and name in found.columns)
    return [one for one in columns if one.family in EPOCHS]


def _median_of(words: Words[T], column: Column, found: FoundTable) -> T:
    """Return the statement of the median of a column's numbers."""
    number = _read(words, f"number_of_{column.family}", column, None)
    return words.piece("frame/epochs", number=number, table=words.table(found))
