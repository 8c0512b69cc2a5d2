"""Give the rows of every view a type, so that a renamed column is an error of the type checker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

RowType = TypeVar("RowType")


@dataclass(frozen=True, slots=True)
class View(Generic[RowType]):
    """One of sql/views by its name, and the frozen dataclass of its rows: a field a column, in their order."""

    name: str
    row: Callable[..., RowType]

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> tuple[RowType, ...]:
        """Return the rows as values of the view's class; raises TypeError if their columns are not its fields."""
        return tuple(self.row(**row) for row in rows)
