"""Tell by the prints of hours which days of a server's table are those that were summed, and put new ones together.

Parts are runs of whole UTC days. Rows without a usable time are a part of their own; so are those of the days that are
not over, which are summed at each build and never believed.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from finops_report.warehouse.kept.parts import KnownPart, PartRows, PartsNow

DAY_US = 86_400_000_000
USABLE_US = 946_684_800_000_000  # 2000-01-01: a time before it is as good as none
TIMELESS = (0, USABLE_US)
FOREVER_US = 1 << 62
ALONE_DAYS = 3  # the last that are over, in which late rows are: of a longer run one has all summed anew
ROWS_TOGETHER = 500_000  # that a run has at least, if there are: some ten statements are asked of each
Time = tuple[int, int]  # [from, until) in microseconds since 1970: the days of a part


@dataclass(frozen=True, slots=True)
class Within:
    """A time [from_us, until_us) in microseconds since 1970, without an end if `until_us` is None.

    One that has no beginning (`from_us` None) also has the rows whose time could not be read.
    """

    from_us: int | None
    until_us: int | None


@dataclass(frozen=True, slots=True)
class ServerPart:
    """Rows of a table: those of a time, by what is read as theirs."""

    table: str
    within: Within


@dataclass(frozen=True, slots=True)
class Hours:
    """What rows each UTC hour has: its beginning in microseconds since 1970 (0: no usable time), how many, a print."""

    begins: tuple[int, ...]
    counts: tuple[int, ...]
    prints: tuple[str, ...]

    def part(self, time: Time, open_us: int) -> PartRows:
        """Return the rows of a time; those of days that are not over at `open_us` are not lasting."""
        at = self._between(time)
        found = hashlib.sha256(repr((self.begins[at], self.counts[at], self.prints[at])).encode())
        rows = f"{time[0]}-{time[1]}"
        return PartRows(rows, f"{rows} {found.hexdigest()}", self.rows(time), is_lasting=time[1] <= open_us)

    def rows(self, time: Time) -> int:
        """Return how many rows are of a time."""
        return sum(self.counts[self._between(time)])

    def days(self, until_us: int) -> list[int]:
        """Return the beginnings of the days with rows that begin before a moment, in order."""
        return sorted({day_of_us(begin) for begin in self.begins[self._between((USABLE_US, until_us))]})

    def _between(self, time: Time) -> slice:
        return slice(*(bisect_left(self.begins, us) for us in time))


def hours_of(rows: Iterable[tuple[int | None, int, str]]) -> Hours:
    """Return the hours of rows that say when one begins (None: no usable time), how many it has, and their print."""
    found = sorted((begin or 0, count, print_) for begin, count, print_ in rows)
    begins, counts, prints = zip(*found, strict=True) if found else ((), (), ())
    return Hours(begins, counts, prints)


def time_of(rows: str) -> Time:
    """Return the time of a part by how it is said."""
    first, _, until = rows.partition("-")
    return int(first), int(until)


def within(time: Time) -> Within:
    """Return which rows are of the time of a part."""
    if time == TIMELESS:
        return Within(None, time[1])
    return Within(time[0], None if time[1] == FOREVER_US else time[1])


def day_of_us(us: int) -> int:
    """Return the beginning of a moment's UTC day."""
    return us - us % DAY_US


def days_now(hours: Hours, known: Iterable[KnownPart], open_us: int) -> PartsNow:
    """Return the parts of a table: of those that are known the ones whose rows are what they were, and all others."""
    kept: dict[int, PartRows] = {}
    covered: list[Time] = []
    for part in sorted(known, key=lambda one: time_of(one.rows)):
        now = hours.part(time_of(part.rows), open_us)
        if now.is_lasting and now.print == part.print and (not covered or covered[-1][1] <= time_of(now.rows)[0]):
            kept[part.number] = now
            covered.append(time_of(now.rows))
    return PartsNow(kept, tuple(hours.part(time, open_us) for time in _others(hours, covered, open_us)))


def _others(hours: Hours, covered: Sequence[Time], open_us: int) -> Iterator[Time]:
    """Yield the times of all rows that are of no `covered` one."""
    if TIMELESS not in covered and hours.rows(TIMELESS):
        yield TIMELESS
    yield from _runs(hours, covered, open_us)
    if hours.rows((open_us, FOREVER_US)):
        yield open_us, FOREVER_US


def _runs(hours: Hours, covered: Sequence[Time], open_us: int) -> Iterator[Time]:
    """Yield runs of the days that are not covered: none reaches over one that is, and the last days are one by one."""
    alone_us = open_us - ALONE_DAYS * DAY_US
    first, until, rows, before = 0, 0, 0, None
    for day in hours.days(open_us):
        at = bisect_left(covered, (day + 1, 0))  # how many covered times begin up to this day
        if at and day < covered[at - 1][1]:
            continue
        place = at, max(day - alone_us, -1)
        if first and (place != before or rows >= ROWS_TOGETHER):
            yield first, until
            first, rows = 0, 0
        first, until, before = first or day, day + DAY_US, place
        rows += hours.rows((day, until))
    if first:
        yield first, until
