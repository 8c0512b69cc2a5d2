"""Tell by the prints of hours which days of a server's table are those that were summed, and put new ones together.

Parts are runs of whole UTC days. Rows without a usable time are a part of their own; so are those of the days that are
not over, which are summed at each build and never believed.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from finops_report.warehouse.kept.row_groups import Run

DAY_US = 86_400_000_000
USABLE_US = 946_684_800_000_000  # 2000-01-01: a time before it is as good as none
TIMELESS = (0, USABLE_US)
FOREVER_US = 1 << 62
ALONE_DAYS = (
    7  # the last ones that are over: late rows are of these, and a row of a longer run has all of it summed anew
)


@dataclass(frozen=True, slots=True)
class Hours:
    """What rows each UTC hour has: its beginning in microseconds since 1970 (0: no usable time), and its print."""

    begins: tuple[int, ...]
    prints: tuple[str, ...]

    def run(self, first_us: int, until_us: int) -> Run:
        """Return the rows of a time, and the print of what they hold."""
        first, until = (bisect_left(self.begins, us) for us in (first_us, until_us))
        found = hashlib.sha256(repr((self.begins[first:until], self.prints[first:until])).encode())
        return Run(first_us, until_us, found.hexdigest())

    def has_rows(self, first_us: int, until_us: int) -> bool:
        """Return whether there are rows of a time."""
        return bisect_left(self.begins, first_us) < bisect_left(self.begins, until_us)

    def days(self, until_us: int) -> list[int]:
        """Return the beginnings of the days with rows that begin before a moment, in order."""
        usable = self.begins[bisect_left(self.begins, USABLE_US) : bisect_left(self.begins, until_us)]
        return sorted({begin - begin % DAY_US for begin in usable})


def hours_of(rows: Iterable[tuple[int | None, int, str]]) -> Hours:
    """Return the hours of rows that say when one begins (None: no usable time), how many it has, and their print."""
    found = sorted((begin or 0, f"{count} {print_}") for begin, count, print_ in rows)
    return Hours(tuple(begin for begin, _ in found), tuple(print_ for _, print_ in found))


def day_of_us(us: int) -> int:
    """Return the beginning of a moment's UTC day."""
    return us - us % DAY_US


def still_true(hours: Hours, known: Iterable[Run], open_us: int) -> Iterator[Run]:
    """Yield those of the known runs whose rows are what they were, if all their days are over at `open_us`."""
    end = -1
    for run in sorted(known, key=lambda one: one.first_row):
        if end <= run.first_row < run.until_row <= open_us and hours.run(run.first_row, run.until_row) == run:
            end = run.until_row
            yield run


def new_runs(hours: Hours, kept: Sequence[Run], open_us: int) -> Iterator[Run]:
    """Yield runs of all rows that are in no kept run: of a month at most, the last days one by one."""
    covered = sorted((run.first_row, run.until_row) for run in kept)
    if TIMELESS not in covered and hours.has_rows(*TIMELESS):
        yield hours.run(*TIMELESS)
    days = hours.days(open_us)
    alone_us = open_us - ALONE_DAYS * DAY_US
    begin: int | None = None
    end = 0
    for day in days:
        if _is_covered(day, covered):
            continue
        is_next = begin is not None and day < alone_us and _month(day) == _month(begin)
        if begin is not None and not (is_next and not _any_between(begin, day, covered)):
            yield hours.run(begin, end)
            begin = None
        begin, end = day if begin is None else begin, day + DAY_US
    if begin is not None:
        yield hours.run(begin, end)
    if hours.has_rows(open_us, FOREVER_US):
        yield hours.run(open_us, FOREVER_US)


def _is_covered(day: int, covered: Sequence[tuple[int, int]]) -> bool:
    at = bisect_left(covered, (day + 1, 0)) - 1
    return at >= 0 and covered[at][0] <= day < covered[at][1]


def _any_between(begin: int, end: int, covered: Sequence[tuple[int, int]]) -> bool:
    return bisect_left(covered, (begin, 0)) < bisect_left(covered, (end, 0))


def _month(us: int) -> tuple[int, int]:
    day = datetime.fromtimestamp(us // 1_000_000, UTC)
    return day.year, day.month
