"""Fill the pieces of SQL of a warehouse: names in double quotes, values by name for its driver to bind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.engines.server.statements import PLACE
from finops_report.warehouse.engines.server.words import Types

NO_PIECES: Mapping[str, str] = MappingProxyType({})
APOSTROPHE, STANDARD = "'", '"'


@dataclass(frozen=True, slots=True)
class WarehouseWords:
    """The words of a warehouse (see `Words`).

    In standard SQL, a quote within quotes is written twice; where the `quote` of names is another one, a backslash
    stands before it.
    """

    dialect: Dialect
    types: Types
    quote: str = STANDARD

    def filled(self, text: str, pieces: Mapping[str, str] = NO_PIECES) -> str:
        return PLACE.sub(lambda match: pieces[match[1]] if match[1] in pieces else f":{match[1]}", text)

    def piece(self, name: str, /, **pieces: str) -> str:
        folder, _, file = name.replace(" ", "_").rpartition("/")
        return self.filled(self.dialect.text(folder, file), pieces)

    def listed(self, parts: Iterable[str]) -> str:
        return ", ".join(parts)

    def identifier(self, *names: str) -> str:
        return ".".join(self._quoted(name, self.quote) for name in names)

    def literal(self, value: object) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, int | float):
            return repr(value)
        return self._quoted(str(value), APOSTROPHE)

    def _quoted(self, text: str, quote: str) -> str:
        if self.quote == STANDARD:
            return f"{quote}{text.replace(quote, quote * 2)}{quote}"
        escaped = text.replace("\\", r"\\").replace(quote, f"\\{quote}")
        return f"{quote}{escaped}{quote}"

    def value(self, column: Column) -> str:
        return self.identifier("recorded", column.name)

    def table(self, found: FoundTable) -> str:
        return self.identifier(*found.table.schema.split("."), found.table.name)

    def where(self, text: str, tables: Iterable[FoundTable]) -> WarehouseWords:
        return self

    def statement(self, parts: str, text: str) -> str:
        return self.piece("frame/statement", parts=parts, text=self.filled(text))


def bound_in_order(text: str, values: Mapping[str, object]) -> tuple[str, object]:
    """Return a statement with a question mark for each value that it names, and these values in their order.

    Whole numbers stand in the text: two question marks of one value are two things to what groups by an expression.
    """
    if not values:
        return text, []
    names = re.compile(rf":({'|'.join(values)})\b")
    bound = [values[name] for name in names.findall(text) if not isinstance(values[name], int)]
    return names.sub(lambda match: _in_text(values[match[1]]), text), bound


def named_in_text(text: str, values: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Return a statement with the whole numbers that it names in its text, and what else it names, by name."""
    if not values:
        return text, {}
    names = re.compile(rf":({'|'.join(values)})\b")
    named = {name: values[name] for name in names.findall(text) if not isinstance(values[name], int)}
    return names.sub(lambda match: str(values[match[1]]) if match[1] not in named else match[0], text), named


def _in_text(value: object) -> str:
    return str(value) if isinstance(value, int) else "?"
