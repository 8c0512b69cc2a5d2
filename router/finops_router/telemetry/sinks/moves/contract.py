"""Define what a store must do so that rows can be moved out of it, and into it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from finops_router.telemetry.sinks.moves.tables import Hours, Stretch, Table

if TYPE_CHECKING:
    import duckdb


class Origin(Protocol):
    """A store that rows come from; nothing in it is changed."""

    def tables(self, con: duckdb.DuckDBPyConnection) -> Collection[str]:
        """Return which of our tables are there. Raises SinkError if one has columns that are not ours."""
        ...

    def hours(self, con: duckdb.DuckDBPyConnection, table: Table) -> Hours:
        """Return how many rows a table has in which hour."""
        ...

    def bring(self, con: duckdb.DuckDBPyConnection, table: Table, stretch: Stretch | None) -> None:
        """Make a temporary table `brought` of the rows of a stretch of time (None: all) in the DuckDB `con`."""
        ...


class Target(Protocol):
    """A store that rows go to, open for as long as they are moved, and the DuckDB in which they are compared."""

    @property
    def con(self) -> duckdb.DuckDBPyConnection: ...

    def turn(self) -> AbstractContextManager[None]:
        """Keep others from writing, and commit what is appended in the block; nothing of it if that raises."""
        ...

    def bring(self, table: Table, stretch: Stretch | None) -> None:
        """Make a temporary table `brought` of the rows that are there of a stretch of time (None: all)."""
        ...

    def hold(self) -> None:
        """Change rows of the temporary tables `lent` and `there` to what the store can hold of them."""
        ...

    def append(self, table: Table) -> None:
        """Append the rows of the temporary table `missing`."""
        ...
