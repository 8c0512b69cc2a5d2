"""Say what a store of the gateway's state can do: run named statements, in transactions that never overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from finops_router.errors import RouterError

Row = Sequence[Any]
PATIENCE_S = 5.0  # for another worker's transaction, which takes a millisecond


class StateLostError(RouterError):
    """The shared state cannot be read or written; whatever depends on it is refused until it can."""

    error_type = "state_lost"


class Statements(Protocol):
    """What can be done inside a transaction."""

    def run(self, name: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Run the statement sql/<name>.sql with its `values`; return its rows, none if it has none."""
        ...

    def time_us(self, own_us: int) -> int:
        """Return what time it is for all who share the state, in microseconds since 1970 UTC.

        `own_us` is what the caller's own clock says: it counts where all callers have the same clock.
        """
        ...


class State(Protocol):
    """A store that several processes have open at once.

    All of it raises StateLostError. It may be used from any thread, by one at a time; it is opened after a fork.
    """

    def transaction(self) -> AbstractContextManager[Statements]:
        """Write, or read what must not change meanwhile: no other transaction of any process runs beside it.

        All of it is kept if the block ends well, and nothing of it if it does not.
        """
        ...

    def read(self, name: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Return the rows of the statement sql/<name>.sql as they are now, without holding anybody up."""
        ...

    def close(self) -> None:
        """Close the connection; a transaction under way is undone."""
        ...
