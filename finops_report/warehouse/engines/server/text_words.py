"""Put pieces of SQL together as texts, for dialects whose drivers have no means of their own for that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Column, FoundTable
from finops_report.warehouse.engines.server.statements import PLACE
from finops_report.warehouse.engines.server.words import Types

NO_PIECES: Mapping[str, str] = MappingProxyType({})
APOSTROPHE, STANDARD, BACKQUOTE = "'", '"', "`"
Quoting = Callable[[str, str], str]  # a text and the quote that it is to be in


def doubled(text: str, quote: str) -> str:
    """Return `text` in quotes, one within it written twice, as standard SQL has it."""
    return f"{quote}{text.replace(quote, quote * 2)}{quote}"


def backslashed(text: str, quote: str) -> str:
    """Return `text` in quotes, with a backslash before one within it, and before each backslash."""
    escaped = text.replace("\\", r"\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def doubled_with_backslashes(text: str, quote: str) -> str:
    """Return `text` in quotes, one within it written twice, and each backslash."""
    return doubled(text.replace("\\", r"\\"), quote)


@dataclass(frozen=True, slots=True)
class TextWords:
    """The words of a dialect (see `Words`) as texts, in which values stand as :name for the driver to bind.

    Names stand in `quote`, written by `name_quoted`; texts in apostrophes, written by `text_quoted`.
    """

    dialect: Dialect
    types: Types
    quote: str = STANDARD
    name_quoted: Quoting = doubled
    text_quoted: Quoting = doubled

    def filled(self, text: str, pieces: Mapping[str, str] = NO_PIECES) -> str:
        return PLACE.sub(lambda match: pieces[match[1]] if match[1] in pieces else f":{match[1]}", text)

    def piece(self, name: str, /, **pieces: str) -> str:
        folder, _, file = name.replace(" ", "_").rpartition("/")
        return self.filled(self.dialect.text(folder, file), pieces)

    def listed(self, parts: Iterable[str]) -> str:
        return ", ".join(parts)

    def identifier(self, *names: str) -> str:
        return ".".join(self.name_quoted(name, self.quote) for name in names)

    def literal(self, value: object) -> str:
        if value is None:
            return "NULL"
        return repr(value) if isinstance(value, int | float) else self.text_quoted(str(value), APOSTROPHE)

    def value(self, column: Column) -> str:
        return self.identifier("recorded", column.name)

    def table(self, found: FoundTable) -> str:
        return self.identifier(*found.table.schema.split("."), found.table.name)

    def where(self, text: str, tables: Iterable[FoundTable]) -> TextWords:
        return self

    def statement(self, parts: str, text: str) -> str:
        return self.piece("frame/statement", parts=parts, text=self.filled(text))


def named(text: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return those of the values that stand in a statement as :name."""
    return {name: value for name, value in values.items() if f":{name}" in text}
