"""Say what the way of a server's engine asks of a dialect: its pieces of SQL, how it quotes, and a session in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import duckdb

from finops_report.warehouse.cubes import Bounds
from finops_report.warehouse.engines.dialect import Dialect
from finops_report.warehouse.engines.server.catalog import Catalog, Column, FoundTable

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
NO_VALUES: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Types:
    """What a dialect calls its types, by what is needed of a column ('time', 'text', 'number', 'truth', 'json').

    `null` are those of columns that are not recorded; of `as_they_stand` all values are usable, or judged later;
    `brought` are numbers, and the type of DuckDB in which they are brought over; `moments` can be bound by days.
    """

    null: Mapping[str, str]
    as_they_stand: Mapping[str, tuple[str, ...]]
    brought: Mapping[str, str]
    moments: tuple[str, ...]


class Words(Protocol[T]):
    """The pieces of SQL in sql/dialects/<name>, put together by the driver's own means."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def types(self) -> Types: ...

    def filled(self, text: str) -> T:
        """Return a text in whose places ($name) are values that come with the execution."""
        ...

    def piece(self, name: str, /, **pieces: T) -> T:
        """Return sql/dialects/<dialect>/<name>.sql with these pieces in it."""
        ...

    def listed(self, parts: Iterable[T]) -> T:
        """Return pieces with commas between them."""
        ...

    def identifier(self, *names: str) -> T:
        """Return the name of a column, or of a table with its schema, quoted."""
        ...

    def literal(self, value: object) -> T:
        """Return a value as the dialect writes it."""
        ...

    def value(self, column: Column) -> T:
        """Return what stands in a recorded column."""
        ...

    def table(self, found: FoundTable) -> T:
        """Return the name of a table, quoted."""
        ...

    def where(self, text: str, tables: Iterable[FoundTable]) -> Words[T]:
        """Return the words for a statement over these tables: where they are read may be another place than here."""
        ...

    def statement(self, parts: T, text: str) -> T:
        """Return a statement with the `parts` that it stands on."""
        ...


class Session(Protocol[T_contra]):
    """A connection to a database that is read."""

    @property
    def about(self) -> str:
        """What is at the other end, in words: 'PostgreSQL 15.4'."""
        ...

    @property
    def sees_one_moment(self) -> bool:
        """Whether all statements see the same rows, whatever is written meanwhile."""
        ...

    def found(self, wanted: str | None) -> Catalog:
        """Return what may be read, and which of it is the telemetry. Raises DatabaseError."""
        ...

    def rows(self, text: T_contra, values: Mapping[str, object] = NO_VALUES) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement as they come. Raises DatabaseError."""
        ...

    def bring(
        self, con: duckdb.DuckDBPyConnection, table: str, text: T_contra, values: Mapping[str, object] = NO_VALUES
    ) -> None:
        """Append the rows of a statement to a table of `con`. Raises DatabaseError."""
        ...

    def hold_still(self, tables: Iterable[FoundTable], bounds: Bounds) -> None:
        """Note what these tables hold of a time, if the database cannot show one moment of it for all statements."""
        ...

    def check_still(self) -> None:
        """Raise DatabaseError if what was noted has changed since."""
        ...

    def close(self) -> None:
        """End what runs, and the connection; again and again if need be."""
        ...
