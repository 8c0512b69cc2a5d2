"""Fill the pieces of SQL in sql/dialects/spark: names in backquotes, values as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.engines.server.statements import PLACE
from finops_report.warehouse.engines.server.words import Types

SPARK = Dialect("spark")
NO_PIECES: Mapping[str, str] = MappingProxyType({})
APOSTROPHE = "'"
TYPES = Types(
    null={"time": "bigint", "text": "string", "number": "double", "truth": "boolean", "json": "string"},
    as_they_stand={
        "time": ("timestamp", "timestamp_ntz"),
        "text": (),  # it may be no UTF-8
        "number": ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal"),
        "truth": ("boolean",),
        "json": ("variant",),
    },
    brought={
        **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "bigint"),
        "float": "float",
        "double": "double",
        "decimal": "varchar",  # its digits
    },
    moments=("timestamp", "timestamp_ntz"),
)


@dataclass(frozen=True, slots=True)
class SparkWords:
    """The words of Spark SQL (see `Words`)."""

    dialect: Dialect = SPARK
    types: Types = TYPES

    def filled(self, text: str, pieces: Mapping[str, str] = NO_PIECES) -> str:
        return PLACE.sub(lambda match: pieces[match[1]] if match[1] in pieces else f":{match[1]}", text)

    def piece(self, name: str, /, **pieces: str) -> str:
        folder, _, file = name.rpartition("/")
        return self.filled(self.dialect.text(folder, file), pieces)

    def listed(self, parts: Iterable[str]) -> str:
        return ", ".join(parts)

    def identifier(self, *names: str) -> str:
        return ".".join(f"`{name.replace('`', '``')}`" for name in names)

    def literal(self, value: object) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, int | float):
            return repr(value)
        text = str(value).replace("\\", "\\\\").replace(APOSTROPHE, f"\\{APOSTROPHE}")
        return f"'{text}'"

    def value(self, column: Column) -> str:
        return self.identifier("recorded", column.name)

    def table(self, found: FoundTable) -> str:
        return self.identifier(*found.table.schema.split("."), found.table.name)

    def where(self, text: str, tables: Iterable[FoundTable]) -> SparkWords:
        return self

    def statement(self, parts: str, text: str) -> str:
        return self.piece("frame/statement", parts=parts, text=self.filled(text))
