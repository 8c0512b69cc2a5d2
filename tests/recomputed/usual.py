"""Recompute what is usual for everybody, each provider, model and team, and how strange each hour and day is."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from statistics import fmean, median

from tests.recomputed.days import DAY, HOUR_US, QUARTER_HOUR_US, first_moment_us, local
from tests.recomputed.facts import Recorded, counted, spent, total, unpriced
from tests.recomputed.usable import Call

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
LEAST_SHARE = 0.05
# The 90 % quantile of the largest surprise of a day, if they are standard normal.
NORMAL = {"hour": 2.85, "four hours": 2.6, "day": 1.645}
Name = tuple[str, str, str, str]  # dimension, provider, model, team; '' for what it is not
EVERYBODY: Name = ("total", "", "", "")


@dataclass(frozen=True, slots=True)
class Sums:
    """What some requests come to."""

    calls: Sequence[Call] = ()
    usd: float = 0.0
    requests: int = 0
    failed: int = 0
    tokens: int = 0
    cached_share: float | None = None

    @property
    def cost_usd(self) -> Decimal:
        return spent(self.calls)


NOTHING = Sums()


def summed(calls: Sequence[Call]) -> Sums:
    cached, read = counted(call.cache_read_tokens for call in calls), counted(call.input_tokens for call in calls)
    return Sums(
        calls,
        float(spent(calls)),
        len(calls) - unpriced(calls),
        sum(call.failed for call in calls),
        sum(call.tokens for call in calls),
        None if cached is None or not read else cached / read,
    )


@dataclass(frozen=True, slots=True)
class UsualDay:
    """What is usual on one day of a name; None if too little is known of it."""

    is_new: bool
    level_usd: float | None
    usd: float | None
    usd_per_request: float | None
    tokens_per_request: float | None
    failed_share: float | None
    cached_share: float | None


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a name, and what is usual in it."""

    at: datetime
    sums: Sums
    usual_usd: float
    is_new: bool


@dataclass(frozen=True, slots=True)
class Window:
    """An hour, four hours or a day of a name beside what is usual; None is not strange, for it is not known."""

    scale: str
    name: Name
    began_at: datetime
    ended_at: datetime
    is_new: bool
    usd: float
    usual_usd: float
    strangeness: float | None = None
    spread: float | None = None

    @property
    def day(self) -> date:
        return self.began_at.date()

    @property
    def surprise(self) -> float:
        return math.sqrt(self.usd) - math.sqrt(self.usual_usd)


@dataclass(slots=True)
class History:
    """The days of thirteen months, by name; the hours and windows of the names that can matter."""

    days: dict[Name, dict[date, UsualDay]] = field(default_factory=dict)
    changing: dict[Name, frozenset[date]] = field(default_factory=dict)  # days on which the level of a name turns
    recorded_hours: frozenset[datetime] = frozenset()
    judged_hours: frozenset[datetime] = frozenset()
    hours: dict[Name, list[Hour]] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)


_LAST: list[tuple[Recorded, History]] = []


def history(of: Recorded) -> History:
    """Return what is usual, and how strange each window is; worked out once for all views of what is recorded."""
    if not _LAST or _LAST[0][0] is not of:
        _LAST[:] = [(of, _history(of))]
    return _LAST[0][1]


def _history(of: Recorded) -> History:
    by_day = _by_name(of, lambda at: at.replace(hour=0))
    made = History()
    for name, days in by_day.items():
        if name[0] != "team" or any(call.team for sums in by_day[EVERYBODY].values() for call in sums.calls):
            made.days[name] = dict(_usual_days(days, by_day[EVERYBODY]))
    for name, usual in made.days.items():
        made.changing[name] = frozenset(_changing(by_day[name], usual, made.days[EVERYBODY]))
    made.recorded_hours = _recorded(of)
    made.judged_hours = frozenset(_judged_hours(of, made.recorded_hours))
    by_hour = _by_name(of, lambda at: at)
    for name in _mattering(of, made, by_day):
        made.hours[name] = list(_usual_hours(of, made, name, by_hour[name]))
    made.windows = _strange(made)
    return made


def _first_day(of: Recorded) -> date:
    """Return the first of the month twelve months before that of the last day; not before the first month recorded."""
    months = of.time.end.year * 12 + of.time.end.month - 1 - 12
    first = date(months // 12, months % 12 + 1, 1)
    recorded = of.time.end if of.time.first_us is None else local(of.time.first_us, of.time.zone).date()
    return max(first, min(recorded, of.time.end).replace(day=1))


def _by_name(of: Recorded, key: object) -> dict[Name, dict[datetime, Sums]]:
    begin_us = first_moment_us(_first_day(of), of.time.zone)
    end_us = min(of.time.period_us[1], of.now_us + 24 * HOUR_US)
    found: dict[Name, dict[datetime, list[Call]]] = defaultdict(lambda: defaultdict(list))
    for call in of.calls:
        if not begin_us <= call.at_us < end_us:
            continue
        at = key(of.hour(call.at_us))  # type: ignore[operator] # one of two functions
        for name in (
            EVERYBODY,
            ("provider", call.provider, "", ""),
            ("model", call.provider, call.model, ""),
            ("team", "", "", call.team or ""),
        ):
            found[name][at].append(call)
    return {name: {at: summed(calls) for at, calls in times.items()} for name, times in found.items()}


def _two_weeks_before(day: datetime, known: Sequence[datetime]) -> Sequence[datetime]:
    return known[bisect_left(known, day - 14 * DAY) : bisect_left(known, day)]


def _usual_days(days: Mapping[datetime, Sums], everybody: Mapping[datetime, Sums]) -> Iterator[tuple[date, UsualDay]]:
    first, source_first = min(days), min(everybody)
    known = [day for day in sorted(everybody) if day >= first]
    usd = {day: days.get(day, NOTHING).usd for day in known}
    levels: dict[datetime, tuple[int, float]] = {}
    parts: dict[datetime, float] = {}
    for day in known:
        before = [usd[one] for one in _two_weeks_before(day, known)]
        if before:
            levels[day] = len(before), median(before)
            if len(before) >= 7 and levels[day][1] > 0:
                parts[day] = usd[day] / levels[day][1]
    for day in known:
        is_new = (first - source_first).days >= 28 and (day - first).days < 7
        number, level = levels.get(day, (0, None))
        same = [day - 7 * week * DAY for week in range(1, 9) if day - 7 * week * DAY in usd]
        two_weeks = [days.get(one, NOTHING) for one in _two_weeks_before(day, known)]
        yield (
            day.date(),
            UsualDay(
                is_new,
                level,
                0.0
                if is_new
                else None
                if (day - first).days < 21 or number < 7
                else _usual(level or 0, same, parts, usd),
                _median(sums.usd / sums.requests for sums in two_weeks if sums.requests),
                _median(sums.tokens / sums.requests for sums in two_weeks if sums.requests),
                _median(sums.failed / sums.requests for sums in two_weeks if sums.requests),
                _median(sums.cached_share for sums in two_weeks),
            ),
        )


def _usual(
    level: float, same: Sequence[datetime], parts: Mapping[datetime, float], usd: Mapping[datetime, float]
) -> float:
    known = [parts[day] for day in same if day in parts]
    if level > 0 and known:
        return level * median(known)
    return median(usd[day] for day in same) if same else 0.0


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _changing(
    days: Mapping[datetime, Sums], usual: Mapping[date, UsualDay], everybody: Mapping[date, UsualDay]
) -> Iterator[date]:
    """Yield the first fourteen days of each seven or more in a row that are far off what is usual, one way."""
    for side, run in groupby(_sides(days, usual, everybody), key=lambda one: one[1]):
        together = [day for day, _ in run]
        if side and len(together) >= 7:
            yield from together[:14]


def _sides(
    days: Mapping[datetime, Sums], usual: Mapping[date, UsualDay], everybody: Mapping[date, UsualDay]
) -> Iterator[tuple[date, int]]:
    for day, own in sorted(usual.items()):
        if own.is_new or own.usd is None:
            continue
        off = days.get(datetime.combine(day, time()), NOTHING).usd - own.usd
        level = everybody[day].level_usd
        bounds = [own.usd / 4] if level is None else [own.usd / 4, LEAST_SHARE * level]
        yield day, 0 if abs(off) <= min(bounds) else 1 if off > 0 else -1


def _recorded(of: Recorded) -> frozenset[datetime]:
    """Return all hours between the first and the last row."""
    first_us, last_us = of.time.first_us, of.time.last_us
    if first_us is None:
        return frozenset()
    begin_us = max(first_moment_us(_first_day(of), of.time.zone), first_us - first_us % HOUR_US - HOUR_US)
    return frozenset(
        of.hour(us)
        for us in range(begin_us, min(of.time.period_us[1], last_us + HOUR_US), QUARTER_HOUR_US)
        if of.hour_us(us) + HOUR_US > first_us and of.hour_us(us) <= last_us
    )


def _judged_hours(of: Recorded, recorded: frozenset[datetime]) -> Iterator[datetime]:
    """Yield the recorded hours, without those in which records may be missing."""
    asked: dict[datetime, int] = defaultdict(int)
    for call in of.calls:
        asked[of.hour(call.at_us)] += 1
    for at in recorded:
        before = [asked[at - 7 * week * DAY] for week in range(1, 9) if at - 7 * week * DAY in recorded]
        if asked[at] or not before or fmean(before) < 5:
            yield at


def _mattering(of: Recorded, made: History, by_day: Mapping[Name, Mapping[datetime, Sums]]) -> Iterator[Name]:
    """Yield everybody, and the names of which a day of the period is a twentieth of everybody's level."""
    for name, days in made.days.items():
        for day, usual in days.items():
            level = made.days[EVERYBODY][day].level_usd
            spent_usd = by_day[name].get(datetime.combine(day, time()), NOTHING).usd
            if day < of.time.start or (name != EVERYBODY and level is None):
                continue
            if name == EVERYBODY or max(spent_usd, usual.usd or 0.0) >= LEAST_SHARE * (level or 0.0):
                yield name
                break


def _usual_hours(of: Recorded, made: History, name: Name, hours: Mapping[datetime, Sums]) -> Iterator[Hour]:
    """Yield the judged hours of a name, from 120 days before the period on, in which something is usual."""
    first = of.time.start - 120 * DAY
    grid = {at for at in made.recorded_hours if at.date() in made.days[name] and at.date() >= first}
    costs = {at: sums.cost_usd for at, sums in hours.items()}
    weights = {at: _weight(at, grid, costs) for at in grid}
    whole: dict[date, list[float | None]] = defaultdict(list)
    for at in grid:
        whole[at.date()].append(weights[at])
    for at in sorted(grid & made.judged_hours):
        usual = made.days[name][at.date()]
        if usual.usd is None:
            continue
        known = [weight for weight in whole[at.date()] if weight is not None]
        all_day, own = sum(known), weights[at]
        share = 1 / 24 if own is None or not all_day else own / all_day
        yield Hour(at, hours.get(at, NOTHING), round(usual.usd * share, 12), usual.is_new)


def _weight(at: datetime, grid: set[datetime], costs: Mapping[datetime, Decimal]) -> float | None:
    """Return what eight weeks spent in this hour of the weekday, the highest left out."""
    before = [one for week in range(1, 9) if (one := at - week * WEEK) in grid]
    if not before:
        return None
    spends = [costs[one] for one in before if one in costs]
    if not spends:
        return 0.0
    return float(sum(spends) - (max(spends) if len(before) >= 3 else 0))


def _strange(made: History) -> list[Window]:
    """Return all windows with how strange they are."""
    windows = [window for name, hours in made.hours.items() for window in _windows(name, hours)]
    largest: dict[tuple[str, Name], dict[date, float]] = defaultdict(dict)
    for window in windows:
        if not window.is_new:
            days = largest[window.scale, window.name]
            days[window.day] = max(days.get(window.day, 0.0), abs(window.surprise))
    spreads = {
        (scale, name, day): _spread(scale, day, made.days[name], _steady(days, made.changing[name]))
        for (scale, name), days in largest.items()
        for day in days
    }
    return [_judged(made, window, spreads) for window in windows]


def _judged(made: History, window: Window, spreads: Mapping[tuple[str, Name, date], float | None]) -> Window:
    own = spreads.get((window.scale, window.name, window.day))
    if own is None:
        return window
    everybody = spreads.get((window.scale, EVERYBODY, window.day)) or 0.0
    spread = max(own, everybody, 0.01 * math.sqrt(made.days[EVERYBODY][window.day].level_usd or 0.0))
    strangeness = window.surprise / spread if spread else None
    return replace(window, strangeness=strangeness, spread=spread)


def _steady(largest: Mapping[date, float], changing: frozenset[date]) -> Mapping[date, float]:
    return {day: value for day, value in largest.items() if day not in changing}


def _spread(scale: str, day: date, usual: Mapping[date, UsualDay], largest: Mapping[date, float]) -> float | None:
    """Return the spread of ordinary surprises, at least in proportion to the level's root; None of under seven days."""
    before = [one for one in largest if day - 62 * DAY <= one <= day - 7 * DAY]
    if len(before) < 7:
        return None
    spread = _quantile([largest[one] for one in before])
    level = usual[day].level_usd
    grown = [largest[one] / math.sqrt(then) for one in before if (then := usual[one].level_usd)]
    if level is not None and grown:
        spread = max(spread, _quantile(grown) * math.sqrt(level))
    return spread / NORMAL[scale]


def _quantile(values: Sequence[float]) -> float:
    """Return the 90 % quantile, between the two nearest in proportion."""
    before = sorted(values)
    place = 0.9 * (len(before) - 1)
    low = int(place)
    high = min(low + 1, len(before) - 1)
    return before[low] + (before[high] - before[low]) * (place - low)


def _windows(name: Name, hours: Sequence[Hour]) -> Iterator[Window]:
    by_day: dict[date, list[Hour]] = defaultdict(list)
    for number, hour in enumerate(hours):
        by_day[hour.at.date()].append(hour)
        four = [one for one in hours[number : number + 4] if one.at < hour.at + 4 * HOUR]
        yield _window("hour", name, hour.at, hour.at + HOUR, [hour], hour.is_new)
        yield _window("four hours", name, hour.at, hour.at + 4 * HOUR, four, hour.is_new)
    for day, inside in by_day.items():
        midnight = datetime.combine(day, time())
        yield _window("day", name, midnight, midnight + DAY, inside, any(hour.is_new for hour in inside))


def _window(scale: str, name: Name, began: datetime, ended: datetime, hours: Sequence[Hour], is_new: bool) -> Window:
    usd, usual = sum(hour.sums.usd for hour in hours), sum(hour.usual_usd for hour in hours)
    return Window(scale, name, began, ended, is_new, usd, usual)


def cost(calls: Iterable[Call]) -> Decimal | None:
    """Return what requests cost; None if no cost is known."""
    return total(call.cost_usd for call in calls)
