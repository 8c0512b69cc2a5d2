"""Choose the stretches of whole local days that are compared: as many days, with data from the first to the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from finops_report.calendar import fiscal

DAY = timedelta(days=1)
LEAST_SHARED_DAYS = 7  # fewer days, if there are more in the period, say less than its own halves do
Basis = Literal["previous", "halves", "none"]


@dataclass(frozen=True, slots=True)
class Days:
    """Local days from `first` to `last`, both inclusive; none if `last` is earlier."""

    first: date
    last: date

    @property
    def number(self) -> int:
        return max((self.last - self.first).days + 1, 0)

    def both(self, other: Days) -> Days:
        """Return the days that lie in this stretch and in the other."""
        return Days(max(self.first, other.first), min(self.last, other.last))

    def later(self, days: int) -> Days:
        """Return as many days, so many days later."""
        return Days(self.first + days * DAY, self.last + days * DAY)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the old side is, and the days of both sides; the old one has none if the basis is 'none'."""

    basis: Basis
    old: Days
    new: Days


def comparison(named: fiscal.Stretch | None, period: Days, whole: Days) -> Comparison:
    """Compare `period` with what came before, as far as both lie in `whole`, the days recorded from end to end.

    A whole period is compared with all of a whole one before it: a month with the month before, though they may differ
    in length. If a part of either is missing, the days that both have are compared, each with the one of the same place
    in the period before. If these are too few, the later half of what is recorded of the period is set against the
    earlier one.
    """
    known = period.both(whole)
    return _with_before(named, period, known, whole) or _halves(period, known)


def _with_before(named: fiscal.Stretch | None, period: Days, known: Days, whole: Days) -> Comparison | None:
    """Compare with the period before; None if too little is recorded of both."""
    if whole.first >= period.first:
        return None
    before = Days(period.first - period.number * DAY if named is None else named.before, period.first - DAY)
    shared = before.both(whole)
    if known == period and shared == before:
        return Comparison("previous", before, period)
    shift = (period.first - before.first).days
    new = known.both(shared.later(shift))
    if not new.number or (new.number < LEAST_SHARED_DAYS and new != known):
        return None
    return Comparison("previous", new.later(-shift), new)


def _halves(period: Days, known: Days) -> Comparison:
    """Compare the later half of the known days with the earlier one; a single day with nothing."""
    half = known.number // 2
    if half == 0:
        return Comparison("none", Days(period.first, period.first - DAY), period)
    later = Days(known.last - (half - 1) * DAY, known.last)
    return Comparison("halves", later.later(-half), later)
