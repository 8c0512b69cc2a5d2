"""Give the rows of every view a type, so that a renamed column is an error of the type checker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

Cell = bool | int | float | Decimal | str | date | None  # a datetime is a date, too
Row = Mapping[str, Cell]  # a row to be handed on, in CSV or JSON; what is computed with has a class
RowType = TypeVar("RowType")


@dataclass(frozen=True, slots=True)
class View(Generic[RowType]):
    """One of sql/views by its name, and the frozen dataclass of its rows: a field a column, in their order."""

    name: str
    row: Callable[..., RowType]

    def rows(self, rows: Iterable[Row]) -> tuple[RowType, ...]:
        """Return the rows as values of the view's class; raises TypeError if their columns are not its fields."""
        return tuple(self.row(**row) for row in rows)
