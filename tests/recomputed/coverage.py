"""Recompute how much of each stretch is recorded, and what is missing of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from tests.recomputed.days import HOUR_US, local
from tests.recomputed.facts import Recorded, Rows
from tests.recomputed.usable import Call

MOST_MISSING_SHARE = 0.02


@dataclass(slots=True)
class Hour:
    """An hour of the reporting zone's clock: its day, its length in hours, if rows span it and if one is in it."""

    day: date
    begin_us: int
    length: float
    recorded: bool
    filled: bool


def coverage(of: Recorded) -> Rows:
    """Return the days and hours of the period and of both sides, and what of them is recorded and missing."""
    hours = hours_within(of, of.read, of.time.read_us, of.time.slot_us)
    missing = missing_from(hours)
    parts = {
        "new": [hour for hour in hours if of.time.side(hour.begin_us) == "new"],
        "old": [hour for hour in hours if of.time.side(hour.begin_us) == "old"],
        "period": [hour for hour in hours if of.time.in_period(hour.begin_us)],
    }
    return [
        {
            "part": part,
            "days": len({hour.day for hour in theirs}),
            "days_with_data": len({hour.day for hour in theirs if hour.recorded and hour.filled}),
            "hours": _length(theirs),
            "recorded_hours": _length([hour for hour in theirs if hour.recorded]),
            "hours_with_data": _length([hour for hour in theirs if hour.recorded and hour.filled]),
            "missing_hours": _length([hour for hour in theirs if hour.begin_us in missing]),
        }
        for part, theirs in parts.items()
        if theirs
    ]


def has_gaps(of: Recorded) -> bool:
    """Return whether too much of either side is missing to compare them."""
    sides = [row for row in coverage(of) if row["part"] != "period"]
    return any(row["missing_hours"] > MOST_MISSING_SHARE * row["recorded_hours"] for row in sides)


def covered(of: Recorded) -> dict[str, object]:
    """Return the part 'coverage' of report.json."""
    (row,) = (row for row in coverage(of) if row["part"] == "period")
    share = row["missing_hours"] / row["recorded_hours"] if row["recorded_hours"] else 0.0
    return {name: value for name, value in row.items() if name != "part"} | {"missing_share": share}


def hours_within(of: Recorded, calls: Sequence[Call], bounds_us: tuple[int, int], slot_us: int) -> list[Hour]:
    """Return all hours within bounds, and which of them `calls` fill; those that clocks show twice are two."""
    filled = {of.hour_us(call.at_us) for call in calls}
    found: dict[int, Hour] = {}
    for slot in range(*bounds_us, slot_us):
        begin = of.hour_us(slot)
        recorded = of.time.first_us is not None and begin + HOUR_US > of.time.first_us and begin <= of.time.last_us
        day = local(slot, of.time.zone).date()
        hour = found.setdefault(begin, Hour(day, slot, 0.0, recorded, begin in filled))
        hour.length += slot_us / HOUR_US
    return list(found.values())


def missing_from(hours: Collection[Hour]) -> set[int]:
    """Return where hours begin that should have data: single ones if the source fills all, else those of empty days."""
    days: dict[date, list[Hour]] = {}
    for hour in hours:
        days.setdefault(hour.day, []).append(hour)
    used = {day for day, theirs in days.items() if any(hour.recorded and hour.filled for hour in theirs)}
    whole = [theirs for day, theirs in days.items() if day in used and all(hour.recorded for hour in theirs)]
    full = [theirs for theirs in whole if all(hour.filled for hour in theirs)]
    fills_all = bool(whole) and 2 * len(full) >= len(whole)
    known = [day for day, theirs in days.items() if any(hour.recorded for hour in theirs)]
    free = {
        weekday
        for weekday in range(7)
        if len(those := [day for day in known if day.weekday() == weekday]) > 1 and not used.intersection(those)
    }
    return {
        hour.begin_us
        for hour in hours
        if hour.recorded and hour.day.weekday() not in free and (not hour.filled if fills_all else hour.day not in used)
    }


def _length(hours: Collection[Hour]) -> float:
    return float(sum(hour.length for hour in hours))
