"""Make the page's tables: rows of a view as text, the long tail counted in one last row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from finops_report.figures import text
from finops_report.figures.shapes import Column, Row, Table

TOP_ROWS = 15


@dataclass(frozen=True, slots=True)
class Field:
    """How one column of a view is printed; `summed` columns are added up in the row of all others."""

    key: str
    title: str
    say: Callable[[Any], str]
    summed: bool = False

    @property
    def numeric(self) -> bool:
        return self.say not in (name, text.day, text.moment)


def name(value: Any) -> str:
    """A name as recorded, cut where it would break the page."""
    return text.NOT_RECORDED if value is None else text.shortened(str(value))


def table(rows: Sequence[Row], fields: Sequence[Field], most: int = TOP_ROWS) -> Table:
    """Print the first `most` rows and sum the others into one, so that the column still adds up."""
    shown = [tuple(field.say(row[field.key]) for field in fields) for row in rows[:most]]
    note = ""
    if len(rows) > most:
        shown.append(_others(rows[most:], fields))
        note = f"The first {most} of {text.count(len(rows))} rows; the CSV has all of them."
    return Table(tuple(Column(field.title, field.numeric) for field in fields), tuple(shown), note)


def _others(rows: Sequence[Row], fields: Sequence[Field]) -> tuple[str, ...]:
    cells = []
    for position, field in enumerate(fields):
        if position == 0:
            cells.append(f"{text.count(len(rows))} others")
        elif field.summed:
            cells.append(field.say(sum(row[field.key] or 0 for row in rows)))
        else:
            cells.append("")
    return tuple(cells)
