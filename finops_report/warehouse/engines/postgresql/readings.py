"""Put together how a recorded table is read as the contract needs it: each column by the family of its type.

What each reading does is in sql/dialects/postgres/readings, as sql/source/readings.sql has it for DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from finops_report.warehouse.engines.postgresql.catalog import Column, FoundTable
from finops_report.warehouse.engines.postgresql.filling import filled, identifier, listed, literal, piece
from finops_report.warehouse.engines.postgresql.json_pattern import JSON_PATTERN
from finops_report.warehouse.readings import EPOCHS, NEEDED, READ, REASONS

if TYPE_CHECKING:
    from psycopg.sql import Composable, Composed

    from finops_report.warehouse.engines.postgresql.session import Session

# What DuckDB's trim() takes away: the separators of Unicode's category Zs.
SPACES = "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
TYPES = {"time": "bigint", "text": "text", "number": "double precision", "truth": "boolean", "json": "json"}
AS_THEY_STAND = {  # by what is needed: the types whose values are all usable, or judged later
    "time": ("timestamp",),
    "text": ("text", "varchar"),
    "number": ("int2", "int4", "int8", "float4", "float8", "numeric"),
    "truth": ("bool",),
    "json": ("json", "jsonb"),
}
BROUGHT_NUMBERS = {  # exact numbers as their digits
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "float",
    "float8": "double",
    "numeric": "varchar",
}
BY_TEXT = ("blob", "json")
OWN_FAMILIES = {"number": "number", "truth": "boolean", "json": "json"}  # read as they are, with no macro in DuckDB


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table of the contract as it is read: `needed` is what each column has to be, `found` None if it is not there.

    `typical` are the medians of columns that hold times as numbers: they tell the unit.
    """

    needed: Mapping[str, str]
    found: FoundTable | None
    typical: Mapping[str, float]

    def text(self, rows: Composed) -> Composed:
        """Return the statement of the table's rows, of those that `rows` is true of."""
        names = tuple(self.needed)
        shown = listed(
            piece("frame/named", value=_short(name), name=identifier(f"short_{name}"))
            for name in names
            if self.needed[name] == "text"
        )
        values = listed(piece("frame/named", value=self._value(name), name=identifier(name)) for name in names)
        given = [name for name in names if self._may_fail(name)]
        columns = listed(identifier(name) for name in names)
        pieces: dict[str, Composable] = {"columns": columns, "names": shown if shown.as_string() else literal(None)}
        if self.found is None:
            return piece("frame/nothing", values=values, **pieces)
        own = [name for name in names if self.number_type(name) is not None]
        pieces["names"] = listed([pieces["names"], *(identifier(f"own_{name}") for name in own)])
        pieces["unreadable"] = listed(map(self._unreadable, given))
        flags = [piece("frame/named", value=self._given(name), name=identifier(f"given_{name}")) for name in given]
        digits = [
            piece("frame/named", value=identifier(self._found_columns[name].name), name=identifier(f"own_{name}"))
            for name in own
        ]
        return piece(
            "frame/table",
            values=listed([values, *flags, *digits]),
            table=identifier(self.found.table.schema, self.found.table.name),
            rows=rows,
            **pieces,
        )

    @property
    def _found_columns(self) -> Mapping[str, Column]:
        return {} if self.found is None else self.found.columns

    def number_type(self, name: str) -> str | None:
        """Return the type of DuckDB in which a column of numbers is brought over; None if it is none of numbers."""
        column = self._found_columns.get(name)
        return None if column is None or self.needed[name] != "number" else BROUGHT_NUMBERS.get(column.type)

    def brought(self, name: str) -> Composed:
        """Return the value of a column as it is brought over."""
        kind = self.number_type(name)
        value = identifier(name if kind is None else f"own_{name}")
        as_text = kind == "varchar" or self.needed[name] == "json"
        return (
            piece("frame/as_text", value=value) if as_text else piece("frame/named", value=value, name=identifier(name))
        )

    def _value(self, name: str) -> Composed:
        column, needed = self._found_columns.get(name), self.needed[name]
        reading = None if column is None else reading_of(column, needed)
        if column is None or reading is None:
            return piece("frame/not_recorded", type=filled(TYPES[needed]))
        return _read(reading, column, self.typical.get(name))

    def _may_fail(self, name: str) -> bool:
        column = self._found_columns.get(name)
        return column is not None and column.type not in AS_THEY_STAND[self.needed[name]]

    def _given(self, name: str) -> Composed:
        column = self._found_columns[name]
        value = identifier(column.name)
        if column.family == "json":
            return piece("readings/given_json", value=value, text=piece("readings/text_of_json", value=value))
        return piece("readings/given_text" if column.family == "text" else "readings/given", value=value)

    def _unreadable(self, name: str) -> Composed:
        what = literal(f"{name}:{REASONS[self.needed[name]]}")
        return piece("frame/unreadable", given=identifier(f"given_{name}"), name=identifier(name), what=what)


def reading_of(column: Column, needed: str) -> str | None:
    """Return the name of the reading of a column, None if its values cannot be read as what is needed."""
    if column.family not in (*READ[needed], OWN_FAMILIES.get(needed)):
        return None
    kind = column.type if (needed, column.family) == ("time", "moment") else column.family
    return f"{needed}_of_{kind}"


def _read(reading: str, column: Column, typical: float | None) -> Composed:
    """Return a column as `reading` has it; bytes and JSON are read as their text is, unless they are wanted as such."""
    value: Composable = identifier(column.name)
    needed, _, kind = reading.partition("_of_")
    if kind in BY_TEXT and not (kind == "json" and needed == "json") and needed != "text":
        value, kind = piece(f"readings/text_of_{kind}", value=value), "text"
    pieces = {"value": value, "json_pattern": literal(JSON_PATTERN)}
    if needed == "time" and kind in ("number", "text"):
        number = piece(f"readings/number_of_{kind}", value=value)
        pieces["number"] = number
        pieces["typical"] = literal(typical)
        pieces["of_number"] = piece("readings/time_of_number", number=number, typical=literal(typical))
    return piece(f"readings/{needed}_of_{kind}", **pieces)


def needed_of(contract: duckdb.DuckDBPyRelation) -> Mapping[str, str]:
    """Return what each column of a table of the contract has to be."""
    kinds = zip(contract.columns, contract.types, strict=True)
    return {column: NEEDED[str(kind)][0] for column, kind in kinds}


def table_reading(session: Session, needed: Mapping[str, str], found: FoundTable | None) -> TableReading:
    """Return how a table is read; the numbers of columns that may hold times are looked at. Raises DatabaseError."""
    typical: dict[str, float] = {}
    if found is None:
        return TableReading(needed, None, typical)
    for column in _epoch_columns(needed, found):
        ((median,),) = session.rows(_median_of(column, found), {"spaces": SPACES})
        if median is not None:
            typical[column.name.lower()] = float(median)
    return TableReading(needed, found, typical)


def _epoch_columns(needed: Mapping[str, str], found: FoundTable) -> Sequence[Column]:
    """Return the columns that may hold times as numbers, whose unit has to be found out."""
    columns = (found.columns[name] for name, what in needed.items() if what == "time" and name in found.columns)
    return [one for one in columns if one.family in EPOCHS]


def _median_of(column: Column, found: FoundTable) -> Composed:
    """Return the statement of the median of a column's numbers."""
    number = _read(f"number_of_{column.family}", column, None)
    return piece("frame/epochs", number=number, table=identifier(found.table.schema, found.table.name))


def _short(name: str) -> Composed:
    return piece("readings/short_name", value=identifier(name))
