"""Cut the time a report reads into local days, once: everything that sums by day takes its bounds from here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from finops_report.calendar.comparison import DAY, Days
from finops_report.calendar.period import Period
from finops_report.calendar.recorded import NO_DAYS
from finops_report.calendar.zones import midnight_us, offset_us, whole, zone


@dataclass(frozen=True, slots=True)
class Stretch:
    """Local days and their bounds [from_us, until_us) in UTC, cut into slots of `slot_us`; all in microseconds.

    `whole` are the days that are recorded from end to end, as far as the first and the last row can tell.
    """

    days: Days
    from_us: int
    until_us: int
    slot_us: int
    whole: Days = NO_DAYS


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time [start_us, until_us) within one local day and at one offset from UTC.

    `day_us` and `month_us` say where its day and its month start: the keys of what is summed by day or by month.
    `stretch_us` does so of the days that a report does not tell apart. All but `day` are in microseconds (since
    1970-01-01 UTC), and all bounds are whole slots.
    """

    day: date
    start_us: int
    until_us: int
    utc_offset_us: int
    day_us: int
    month_us: int
    stretch_us: int


def spans(period: Period) -> tuple[Span, ...]:
    """Return the spans of all days that `period` reads, in order and without a gap.

    A stretch starts anew at each bound of the period and of the comparison alone: no sum may lie on both sides of one.
    """
    first = min(period.start, period.old_start)
    bounds = frozenset((period.start_us, period.old_us, period.old_until_us, period.new_us, period.new_until_us))
    stretch = Stretch(Days(first, period.end), period.from_us, period.until_us, period.slot_us)
    return stretch_spans(stretch, zone(period.timezone), bounds)


def stretch_spans(stretch: Stretch, clock: ZoneInfo, bounds: frozenset[int] | None = None) -> tuple[Span, ...]:
    """Return the spans of all days of `stretch`.

    Months and stretches start anew at each of `bounds`, which are midnights. If there are none to know (None) each day
    is a stretch: sums of days serve whatever is asked later.
    """
    found, month, month_us, stretch_us = [], None, 0, None
    for day, day_us, until_us in _days(stretch, clock):
        is_bound = bounds is not None and day_us in bounds
        if (day.year, day.month) != month or is_bound:
            month, month_us = (day.year, day.month), day_us
        if stretch_us is None or bounds is None or is_bound:
            stretch_us = day_us
        for start, end in pairwise(_steps(day_us, until_us, stretch.slot_us, clock)):
            found.append(Span(day, start, end, offset_us(start, clock), day_us, month_us, stretch_us))
    return tuple(found)


def _days(stretch: Stretch, clock: ZoneInfo) -> Iterator[tuple[date, int, int]]:
    """Yield each local day with its UTC bounds."""
    day, start, last = stretch.days.first, stretch.from_us, stretch.days.last
    while day <= last:
        until = stretch.until_us if day == last else whole(midnight_us(day + DAY, clock), stretch.slot_us)
        if start < until:  # a day that a country left out has no time
            yield day, start, until
        day, start = day + DAY, until


def _steps(start_us: int, until_us: int, slot_us: int, clock: ZoneInfo) -> tuple[int, ...]:
    """Return the bounds of a day, and between them the first slot after its clocks changed, if they did."""
    before = offset_us(start_us, clock)
    if offset_us(until_us - slot_us, clock) == before:
        return start_us, until_us
    slots = range(start_us, until_us, slot_us)
    changed = bisect_left(slots, True, key=lambda us: offset_us(us, clock) != before)
    return start_us, slots[changed], until_us
