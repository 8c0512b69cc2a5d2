"""Fill the pieces of SQL in sql/dialects/postgres: names by the driver's own quoting, values as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.engines.server.statements import PLACE
from finops_report.warehouse.engines.server.words import Types

if TYPE_CHECKING:
    from psycopg.sql import Composable, Composed

POSTGRES = Dialect("postgres")
NO_PIECES: Mapping[str, Composable] = MappingProxyType({})
TYPES = Types(
    null={"time": "bigint", "text": "text", "number": "double precision", "truth": "boolean", "json": "json"},
    as_they_stand={
        "time": ("timestamp",),
        "text": ("text", "varchar"),
        "number": ("int2", "int4", "int8", "float4", "float8", "numeric"),
        "truth": ("bool",),
        "json": ("json", "jsonb"),
    },
    brought={
        "int2": "smallint",
        "int4": "integer",
        "int8": "bigint",
        "float4": "float",
        "float8": "double",
        "numeric": "varchar",  # its digits
    },
    moments=("timestamp", "timestamptz"),
)


@dataclass(frozen=True, slots=True)
class PostgresWords:
    """The words of PostgreSQL (see `Words`)."""

    dialect: Dialect = POSTGRES
    types: Types = TYPES

    def filled(self, text: str, pieces: Mapping[str, Composable] = NO_PIECES) -> Composed:
        from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

        parts: list[Composable] = []
        end = 0
        for match in PLACE.finditer(text):
            parts += [_raw(text[end : match.start()]), pieces.get(match[1]) or sql.Placeholder(match[1])]
            end = match.end()
        return sql.Composed([*parts, _raw(text[end:])])

    def piece(self, name: str, /, **pieces: Composable) -> Composed:
        folder, _, file = name.rpartition("/")
        return self.filled(self.dialect.text(folder, file), pieces)

    def listed(self, parts: Iterable[Composable]) -> Composed:
        from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

        return sql.SQL(", ").join(parts)

    def identifier(self, *names: str) -> Composable:
        from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

        return sql.Identifier(*names)

    def literal(self, value: object) -> Composable:
        from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

        return sql.Literal(value)

    def value(self, column: Column) -> Composable:
        return self.identifier(column.name)

    def table(self, found: FoundTable) -> Composable:
        return self.identifier(found.table.schema, found.table.name)

    def where(self, text: str, tables: Iterable[FoundTable]) -> PostgresWords:
        return self

    def statement(self, parts: Composable, text: str) -> Composed:
        return self.piece("frame/statement", parts=parts, text=self.filled(text))


def _raw(text: str) -> Composable:
    from psycopg import sql  # noqa: PLC0415 -- it comes with an extra

    return sql.SQL(cast("Any", text.replace("%", "%%")))
