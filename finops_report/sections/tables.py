"""Make the page's tables: rows of a view as text, the long tail counted in one last row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from finops_report.model import Column, Row, Table
from finops_report.wording import formats

TOP_ROWS = 15


@dataclass(frozen=True, slots=True)
class Field:
    """How one column of a view is printed; `summed` columns are added up, in the row of all others and in the total.

    `say` puts one value into words, `say_all` a whole column, where its values want the same digits.
    """

    key: str
    title: str
    say: Callable[[Any], str]
    summed: bool = False
    say_all: Callable[[Sequence[Any]], list[str]] | None = None

    @property
    def numeric(self) -> bool:
        return self.say not in (name, formats.day, formats.moment)

    def said(self, values: Sequence[Any]) -> list[str]:
        return [self.say(value) for value in values] if self.say_all is None else self.say_all(values)


def name(value: Any) -> str:
    """A name as recorded, cut where it would break the page."""
    return formats.NOT_RECORDED if value is None else formats.shortened(str(value))


def table(rows: Sequence[Row], fields: Sequence[Field], most: int = TOP_ROWS) -> Table:
    """Print the first `most` rows, all others as one, and the total of several where a column can be added up."""
    others, several = rows[most:], len(rows) > 1 and any(field.summed for field in fields)
    parts = [(f"{formats.count(len(others))} others", others)] if others else []
    if several:
        parts.append(("Total", rows))
    columns = [_column(field, rows[:most], [summed for _, summed in parts]) for field in fields]
    columns[0][len(rows[:most]) :] = [label for label, _ in parts]
    lines = list(zip(*columns, strict=True))
    total = lines.pop() if several else ()
    note = f"The first {most} of {formats.count(len(rows))} rows; the CSV has all of them." if others else ""
    return Table(tuple(Column(field.title, field.numeric) for field in fields), tuple(lines), total, note)


def _column(field: Field, rows: Sequence[Row], sums: Sequence[Sequence[Row]]) -> list[str]:
    """What stands in a column: a cell a row, then the sum of each of `sums`, left empty where nothing can be summed."""
    values = [row[field.key] for row in rows]
    if not field.summed:
        return field.said(values) + [""] * len(sums)
    return field.said([*values, *(_sum(field, part) for part in sums)])


def _sum(field: Field, rows: Sequence[Row]) -> Any:
    """The sum of what is known; None where nothing is."""
    known = [row[field.key] for row in rows if row[field.key] is not None]
    return sum(known) if known else None
