"""Tell whether rows came in while a database was summed that cannot show one moment of it to two statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic

from finops_report.errors import DatabaseError
from finops_report.warehouse.cubes import Bounds
from finops_report.warehouse.engines.server.catalog import FoundTable
from finops_report.warehouse.engines.server.readings import TableReading
from finops_report.warehouse.engines.server.statements import TIMES, rows_of
from finops_report.warehouse.engines.server.words import Session, T, Words
from finops_report.wording import formats

HINT = (
    "leave out the last two minutes by ?settled=120 in the address, or ask for days that are over (--until): "
    "no two statements see the same moment"
)


class Stillness(Generic[T]):
    """How many rows of the days asked for there were when summing began."""

    def __init__(self, words: Words[T], shown: str) -> None:
        self._words, self._shown = words, shown
        self._counted: dict[str, tuple[T, int]] = {}

    def note(self, session: Session[T], tables: Iterable[FoundTable], bounds: Bounds) -> None:
        """Count the rows of the days asked for, once: no statement sees the moment that another one saw."""
        if self._counted or "from_us" not in bounds:
            return
        times = [(bounds[first], bounds[last]) for first, last in TIMES if first in bounds]
        between_us = min(first for first, _ in times), max(last for _, last in times)
        for one in tables:
            text = self._count(one, between_us)
            ((rows,),) = session.rows(text)
            self._counted[one.table.label] = (text, rows)

    def check(self, session: Session[T]) -> None:
        """Count the rows again. Raises DatabaseError if there are others: the sums are not of one moment."""
        for label, (text, before) in self._counted.items():
            ((rows,),) = session.rows(text)
            if rows != before:
                raise DatabaseError(
                    f"Rows of the days asked for came into {label} of {self._shown}, or went, while it was summed: "
                    f"{formats.count(before)} before, {formats.count(rows)} after",
                    HINT,
                )

    def _count(self, found: FoundTable, between_us: tuple[float, float]) -> T:
        rows = rows_of(TableReading(self._words, {}, found, {}), between_us)
        return self._words.piece("session/count_rows", table=self._words.table(found), rows=rows)
