"""Read each recorded column as the contract needs it, by its type; values that have no reading are set aside.

The readings themselves are macros in sql/source/readings.sql, named <needed>_of_<family>. What each does is the table
'What columns may be' in docs/report.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression
from duckdb.sqltypes import DuckDBPyType

NEEDED = {  # what a column of sql/schema needs, by its type there, and the type it is read as
    "TIMESTAMP": ("time", "timestamp"),
    "DATE": ("time", "timestamp"),
    "VARCHAR": ("text", "varchar"),
    "INTEGER": ("number", "double"),
    "BIGINT": ("number", "double"),
    "DOUBLE": ("number", "double"),
    "DECIMAL(28,12)": ("number", "double"),  # one that is a decimal stands as it is, to the last digit
    "DECIMAL(28,6)": ("number", "double"),
    "BOOLEAN": ("truth", "boolean"),
    "JSON": ("json", "json"),
}
NUMBERS = (
    "tinyint smallint integer bigint hugeint utinyint usmallint uinteger ubigint uhugeint bignum float double decimal"
)
MOMENTS = ("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone", "date")
FAMILIES = {  # types that are read alike; a type that is not here is read by nobody
    **dict.fromkeys(NUMBERS.split(), "number"),
    **dict.fromkeys(MOMENTS, "moment"),
    **dict.fromkeys(("varchar", "enum"), "text"),
    **dict.fromkeys(("list", "array", "struct", "map"), "nested"),
    **{name: name for name in ("blob", "boolean", "uuid")},
}
READ: Mapping[str, tuple[str, ...]] = {  # the families that have a macro; those read as they stand need none
    "time": ("moment", "number", "text", "blob", "json"),
    "text": ("text", "number", "moment", "uuid", "boolean", "blob", "json"),
    "number": ("text", "blob", "json"),
    "truth": ("number", "text", "blob", "json"),
    "json": ("nested", "text", "blob"),
}
EPOCHS = ("number", "text", "blob", "json")  # families that may hold times as numbers since 1970
REASONS = {  # why a value has no reading, as the macro `unreadable` has it
    "time": "not a usable time",
    "number": "negative or not a number",
    "truth": "neither true nor false",
    "json": "not JSON",
    "text": "not text",
}
UNREADABLE = "unreadable_columns"


@dataclass(frozen=True, slots=True)
class Reading:
    """A column of the contract as it is recorded: what it needs, and the family of its recorded type."""

    column: str
    needed: str
    family: str
    as_it_stands: bool

    def value(self, rows: duckdb.DuckDBPyRelation) -> Expression:
        """Return the value as the contract needs it, NULL if it cannot be read; `rows` tell the unit of epochs."""
        recorded = ColumnExpression(self.column)
        if self.as_it_stands:
            return recorded
        if self.family not in READ[self.needed]:
            return ConstantExpression(None)
        macro = f"{self.needed}_of_{self.family}"
        if self.needed == "time":
            return FunctionExpression(macro, recorded, ConstantExpression(self._typical(rows)))
        return FunctionExpression(macro, recorded)

    def unreadable(self, value: Expression) -> Expression:
        """Return the column's name and the reason if something is recorded and `value` is NULL all the same."""
        return FunctionExpression(
            "unreadable", ConstantExpression(self.column), self._given(), value, ConstantExpression(self.needed)
        )

    def _given(self) -> Expression:
        recorded = ColumnExpression(self.column)
        if self.family in ("text", "json"):
            return FunctionExpression(f"is_given_{self.family}", recorded)
        return recorded.isnotnull()

    def _typical(self, rows: duckdb.DuckDBPyRelation) -> float | None:
        """Return the median of the column's numbers, None if it holds none."""
        if self.family not in EPOCHS:
            return None
        number = FunctionExpression(f"number_of_{self.family}", ColumnExpression(self.column)).alias("number")
        usable = FunctionExpression("is_epoch", ColumnExpression("number"))
        ((median,),) = rows.select(number).filter(usable).median("number").fetchall()
        return None if median is None else float(median)


def read_as(contract: duckdb.DuckDBPyRelation, recorded: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Return the rows of `recorded` with the columns of `contract` and `unreadable_columns`.

    Columns that are not recorded are NULL, which the page calls 'not recorded'. `unreadable_columns` lists, in a row
    that has some, the columns whose value had to be set aside and why. Needs the macros of sql/source/readings.sql.
    """
    found = {column.lower(): kind for column, kind in zip(recorded.columns, recorded.types, strict=True)}
    values: list[Expression] = []
    unreadable: list[Expression] = []
    for column, kind in zip(contract.columns, contract.types, strict=True):
        needed, read_type = NEEDED[str(kind)]
        if column not in found:
            values.append(ConstantExpression(None).cast(read_type).alias(column))
            continue
        reading = _reading(column, needed, found[column])
        value = reading.value(recorded)
        if not reading.as_it_stands:
            value = value.cast(read_type)
            unreadable.append(reading.unreadable(value))
        values.append(value.alias(column))
    return recorded.select(*values, _list_of(unreadable).alias("unreadable_columns"))


def text_of(recorded: duckdb.DuckDBPyRelation, column: str) -> Expression:
    """Return a column that the contract has as text, read as `read_as` reads it; NULL if it is not recorded."""
    found = {name.lower(): kind for name, kind in zip(recorded.columns, recorded.types, strict=True)}
    if column not in found:
        return ConstantExpression(None).cast("varchar")
    return _reading(column, "text", found[column]).value(recorded).cast("varchar")


def _reading(column: str, needed: str, recorded: DuckDBPyType) -> Reading:
    family = "json" if str(recorded) == "JSON" else FAMILIES.get(recorded.id, recorded.id)
    as_it_stands = {
        "time": recorded.id == "timestamp",
        "text": str(recorded) == "VARCHAR",
        "number": family == "number",
        "truth": family == "boolean",
        "json": family == "json",
    }
    return Reading(column, needed, family, as_it_stands[needed])


def _list_of(unreadable: list[Expression]) -> Expression:
    if not unreadable:
        return FunctionExpression("nothing_unreadable")
    return FunctionExpression("list_value", *unreadable)
