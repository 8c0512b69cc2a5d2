"""Recompute what the forecast is made from: the days behind the report, and what was spent on them.

What it makes of them is recomputed by tests/recomputed/forecast_ends.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tests.recomputed import forecast_ends
from tests.recomputed.attribution import NOBODY
from tests.recomputed.days import HOUR_US, first_moment_us, local
from tests.recomputed.facts import Recorded, Rows, down, grouped, known_cost, spent, total, unpriced
from tests.recomputed.usable import Call

DAY = timedelta(days=1)
QUARTER_US = HOUR_US // 4
MONTHS_BEFORE, USUAL_DAYS, RECENT_DAYS, MOST_NAMES = 12, 56, 62, 8


def history_days(of: Recorded) -> Rows:
    """Return the days of the month in which the report ends and of twelve before it, as far as anything is recorded."""
    requests = Counter(call_day(of, call) for call in of.calls)
    return [_day(of, day, requests[day]) for day in _days(of)]


def _days(of: Recorded) -> list[date]:
    end = of.time.end
    months = end.year * 12 + end.month - 1 - MONTHS_BEFORE
    first = date(months // 12, months % 12 + 1, 1)
    if of.time.first_us is not None:
        first = max(first, min(local(of.time.first_us, of.time.zone).date(), end).replace(day=1))
    days = [first + i * DAY for i in range((end - first).days + 1)]
    return [day for day in days if first_moment_us(day, of.time.zone) < first_moment_us(day + DAY, of.time.zone)]


def _day(of: Recorded, day: date, requests: int) -> dict[str, Any]:
    first, last = (
        of.hour_us(us)
        for us in (first_moment_us(day, of.time.zone), first_moment_us(day + DAY, of.time.zone) - QUARTER_US)
    )
    from_us, until_us = of.time.first_us, of.time.last_us
    is_begun = from_us is not None and last + HOUR_US > from_us and first <= until_us
    is_whole = from_us is not None and first + HOUR_US > from_us and last <= until_us
    return {
        "day": day,
        "month": day.replace(day=1),
        "requests": requests,
        "is_whole": is_whole,
        "is_begun": is_begun,
        "usual_share": _usual_share(of, day) if is_begun and not is_whole else None,
    }


def call_day(of: Recorded, call: Call) -> date:
    """Return the local day of a request."""
    return local(call.at_us, of.time.zone).date()


def _usual_share(of: Recorded, day: date) -> float | None:
    """Return how much of a usual day is spent by the clock of the last row; None if it is of another day."""
    last_us = of.time.last_us
    if local(last_us, of.time.zone).date() != day:
        return None
    behind = [call for call in _behind(of) if day - USUAL_DAYS * DAY <= call_day(of, call) < day]
    hour, share = of.hour(last_us).hour, (last_us - of.hour_us(last_us)) / HOUR_US
    before = spent(call for call in behind if of.hour(call.at_us).hour < hour)
    within = spent(call for call in behind if of.hour(call.at_us).hour == hour)
    whole = spent(behind)
    return (float(before) + share * float(within)) / float(whole) if whole else None


def _behind(of: Recorded) -> list[Call]:
    days = set(_days(of))
    return [call for call in of.calls if call_day(of, call) in days]


def spend_forecast(of: Recorded) -> Rows:
    """Return spend by day: of all, and of the eight providers and teams that cost most in about two months."""
    calls = _behind(of)
    begun = [row["day"] for row in history_days(of) if row["is_begun"]]
    since = max(begun) - RECENT_DAYS * DAY if begun else date.max
    rows: Rows = []
    for divided_by, named in _divided(calls).items():
        for name in sorted(named, key=lambda name: _rank(of, named[name], since, name))[:MOST_NAMES]:
            by_day = grouped(named[name], lambda call: call_day(of, call))
            rows += [_row(divided_by, name, day, by_day[day]) for day in sorted(by_day)]
    return rows


def _divided(calls: Sequence[Call]) -> Mapping[str, Mapping[str, Sequence[Call]]]:
    return {
        "all": {"all": calls} if calls else {},
        "provider": grouped(calls, lambda call: call.provider),
        "team": grouped(calls, lambda call: call.team or NOBODY),
    }


def _rank(of: Recorded, calls: Sequence[Call], since: date, name: str) -> tuple[object, ...]:
    recent = grouped((call for call in calls if call_day(of, call) >= since), lambda call: call_day(of, call))
    return down(total(known_cost(theirs) for theirs in recent.values())), -len(calls), name


def _row(divided_by: str, name: str, day: date, calls: Sequence[Call]) -> dict[str, Any]:
    return {
        "divided_by": divided_by,
        "name": name,
        "day": day,
        "requests": len(calls),
        "cost_usd": known_cost(calls),
        "unpriced_requests": unpriced(calls),
    }


def differences(found: Mapping[str, Any] | None, of: Recorded) -> Iterator[str]:
    """Yield a line for what the part 'forecast' of report.json has wrong: its days, what is spent, amounts in order."""
    begun = [row for row in history_days(of) if row["is_begun"]]
    if found is None or not begun:
        if found is not None:
            yield "forecast of nothing"
        return
    month = begun[-1]["month"]
    for name, right in (("start", month), ("until", begun[-1]["day"])):
        if found[name] != right.isoformat():
            yield f"forecast.{name} is {found[name]}, not {right}"
    history, spent_by_day = history_days(of), spend_forecast(of)
    for part in found["parts"]:
        yield from _part(part, month, spent_by_day, history)


def _part(part: Mapping[str, Any], month: date, rows: Rows, history: Rows) -> Iterator[str]:
    key = (part["divided_by"], part["name"])
    theirs = [row for row in rows if (row["divided_by"], row["name"]) == key and row["day"] >= month]
    right = float(total(row["cost_usd"] for row in theirs) or 0)
    if abs(part["spent_usd"] - right) > 1e-9 * max(1.0, right):
        yield f"forecast of {key} has spent {part['spent_usd']}, not {right}"
    if part["unpriced_requests"] != sum(row["unpriced_requests"] for row in theirs):
        yield f"forecast of {key} has {part['unpriced_requests']} unpriced requests"
    own = [row for row in rows if (row["divided_by"], row["name"]) == key]
    yield from forecast_ends.differences(part, forecast_ends.amounts(part, month, own, history))
    if "low_usd" in part and not part["low_usd"] <= part["expected_usd"] <= part["high_usd"]:
        yield f"forecast of {key} is not between its ends"
