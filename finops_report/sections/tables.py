"""Make the page's tables: rows of a view as text, the long tail counted in one last row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from finops_report.model import Column, Table
from finops_report.wording import formats

TOP_ROWS = 15
RowType = TypeVar("RowType")
Row_contra = TypeVar("Row_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Field(Generic[Row_contra]):
    """One column of a table: its title, the value of a row, and how all its values are written, to the same digits.

    `summed` columns are added up, in the row of all others and in the total; `beside` is a second column of the same
    values, as US dollars beside the currency of the page. Made by the kinds in columns.py, which see to it that value
    and wording are of one type.
    """

    title: str
    value: Callable[[Row_contra], Any]
    written: Callable[[Sequence[Any]], list[str]]
    numeric: bool
    summed: bool = False
    beside: Field[Row_contra] | None = None


def table(
    rows: Sequence[RowType],
    fields: Sequence[Field[RowType]],
    most: int = TOP_ROWS,
    number: Callable[[RowType], int] = lambda _: 1,
) -> Table:
    """Return the first `most` rows, all others as one, and the total of several if a column can be added up.

    `number` is how many a row stands for, if it stands for more than itself.
    """
    fields = [one for field in fields for one in (field, field.beside) if one is not None]
    others, several = rows[most:], len(rows) > 1 and any(field.summed for field in fields)
    parts = [(f"{formats.count(sum(map(number, others)))} others", others)] if others else []
    if several:
        parts.append(("Total", rows))
    columns = [_column(field, rows[:most], [summed for _, summed in parts]) for field in fields]
    columns[0][len(rows[:most]) :] = [label for label, _ in parts]
    lines = list(zip(*columns, strict=True))
    total = lines.pop() if several else ()
    note = f"The first {most} of {formats.count(len(rows))} rows; the CSV has all of them." if others else ""
    titles = tuple(Column(formats.localized(field.title), field.numeric) for field in fields)
    return Table(titles, tuple(lines), total, note)


def _column(field: Field[RowType], rows: Sequence[RowType], sums: Sequence[Sequence[RowType]]) -> list[str]:
    """Return a cell a row, then the sum of each of `sums`, left empty if the column cannot be added up."""
    values = [field.value(row) for row in rows]
    if not field.summed:
        return field.written(values) + [""] * len(sums)
    return field.written([*values, *(_sum(field, part) for part in sums)])


def _sum(field: Field[RowType], rows: Sequence[RowType]) -> Any:
    """Return the sum of what is known; None if nothing is."""
    known = [value for value in map(field.value, rows) if value is not None]
    return sum(known) if known else None
