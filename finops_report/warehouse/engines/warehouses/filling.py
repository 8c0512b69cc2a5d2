"""Fill the pieces of SQL of a warehouse: names in double quotes, values by name for its driver to bind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.engines.server.statements import PLACE
from finops_report.warehouse.engines.server.words import Types

NO_PIECES: Mapping[str, str] = MappingProxyType({})
APOSTROPHE = "'"


@dataclass(frozen=True, slots=True)
class WarehouseWords:
    """The words of a warehouse (see `Words`); in standard SQL, a quote within quotes is written twice."""

    dialect: Dialect
    types: Types

    def filled(self, text: str, pieces: Mapping[str, str] = NO_PIECES) -> str:
        return PLACE.sub(lambda match: pieces[match[1]] if match[1] in pieces else f":{match[1]}", text)

    def piece(self, name: str, /, **pieces: str) -> str:
        folder, _, file = name.replace(" ", "_").rpartition("/")
        return self.filled(self.dialect.text(folder, file), pieces)

    def listed(self, parts: Iterable[str]) -> str:
        return ", ".join(parts)

    def identifier(self, *names: str) -> str:
        return ".".join('"' + name.replace('"', '""') + '"' for name in names)

    def literal(self, value: object) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, int | float):
            return repr(value)
        return f"'{str(value).replace(APOSTROPHE, APOSTROPHE * 2)}'"

    def value(self, column: Column) -> str:
        return self.identifier("recorded", column.name)

    def table(self, found: FoundTable) -> str:
        return self.identifier(*found.table.schema.split("."), found.table.name)

    def where(self, text: str, tables: Iterable[FoundTable]) -> WarehouseWords:
        return self

    def statement(self, parts: str, text: str) -> str:
        return self.piece("frame/statement", parts=parts, text=self.filled(text))
