"""Recompute from the words of docs/figures.md where a month is expected to end, in which range, and how that fared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median
from typing import Any

from tests.recomputed.facts import Rows

DAY = timedelta(days=1)
MOVED, LIMIT = 0.0025, 0.1
Value = float | int | None
Folds = Sequence[tuple[int, float, float]]  # day, error of the rest, error of the end


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days of a source with what was spent, None if nobody knows; of the day after them, `begun_usd` by now."""

    usd: Sequence[float | None]
    begun_usd: float = 0.0
    begun_share: float = 0.0


def amounts(part: Mapping[str, Any], month: date, spent: Rows, history: Rows) -> Mapping[str, Value]:
    """Return what a part of the forecast has to be, by the names of report.json; empty if it is neither kind."""
    begun = [row for row in history if row["is_begun"]]
    end = (month + 32 * DAY).replace(day=1)
    first, last = ((day - begun[0]["day"]).days for day in (month, end))
    days = _days({row["day"]: float(row["cost_usd"] or 0) for row in spent}, begun)
    if len(days.usd) < last:
        return _expected(days, first, last)
    whole = [usd for usd in days.usd[max(0, first) : last] if usd is not None]
    if "made_after_days" not in part or first < 0 or len(whole) < last - first or not sum(whole):
        return {}
    made = _expected(Days(days.usd[: first + 15]), first, last)
    return {**made, "made_after_days": 15, "error": (made["expected_usd"] or 0) / sum(whole) - 1}


def _days(spent: Mapping[date, float], begun: Rows) -> Days:
    whole = begun if begun[-1]["is_whole"] else begun[:-1]
    usd: list[float | None] = []
    for place, row in enumerate(whole):
        alike = [one["requests"] for one in whole[place % 7 :: 7]]
        idle = sum(not requests for requests in alike) > len(alike) / 2
        usd.append(spent.get(row["day"], 0.0) if row["requests"] or idle else None)
    if whole and not whole[0]["is_whole"]:
        usd[0] = None
    if len(whole) == len(begun):
        return Days(usd)
    last = begun[-1]
    return Days(usd, spent.get(last["day"], 0.0), min(1.0, last["usual_share"] or 0.0))


def _expected(days: Days, first: int, last: int) -> Mapping[str, Value]:
    now, ahead = len(days.usd), last - len(days.usd)
    begin = next((place for place, usd in enumerate(days.usd) if usd), now)
    earliest = max(begin + 14, now - 365)
    folds = list(_folds(days.usd, earliest, now - first, ahead))
    if len(folds) < 9:
        known = sum(usd is not None for usd in days.usd[begin:])
        return {"known_days": known, "needed_days": max(14 + ahead + 8, known + 1)}
    usual = _Usual(days.usd[:now])
    missing = [place for place in range(max(0, first), now) if days.usd[place] is None]
    missing_usd = sum(usual(place) for place in missing)
    spent_usd = sum(usd or 0.0 for usd in days.usd[max(0, first) :]) + days.begun_usd
    rest_usd = missing_usd + sum(map(usual, range(now, last))) - usual(now) * days.begun_share
    low, high, ranges, inside = _range(folds, earliest, now, ahead)
    return {
        "expected_usd": spent_usd + rest_usd,
        "low_usd": spent_usd + rest_usd * (1 + low),
        "high_usd": spent_usd + rest_usd * (1 + high),
        "missing_days": len(missing),
        "missing_usd": missing_usd,
        "past_error": fmean(end for _, _, end in folds),
        "past_forecasts": len(folds),
        "past_ranges": ranges,
        "past_inside": inside,
    }


def _folds(usd: Sequence[float | None], earliest: int, elapsed: int, ahead: int) -> Iterator[tuple[int, float, float]]:
    """Yield day, error of the rest and error of the end of each earlier forecast that can be judged, oldest first."""
    newest = len(usd) - ahead
    number = max(0, newest - earliest + 1)
    step = max(1, -(-number // 60))
    for at in sorted(range(newest, earliest - 1, -step)):
        came = {place: value for place in range(at, at + ahead) if (value := usd[place]) is not None}
        usual = _Usual(usd[:at])
        forecast, actual = sum(map(usual, came)), sum(came.values())
        whole = actual + sum(value or 0.0 for value in usd[max(0, at - elapsed) : at])
        if len(came) >= 0.75 * ahead and forecast > 0 and whole > 0:
            yield at, round(actual / forecast - 1, 9), abs(actual - forecast) / whole


class _Usual:
    """What a day usually costs, from those before it."""

    def __init__(self, usd: Sequence[float | None]) -> None:
        start, end = max(0, len(usd) - 84), len(usd)
        ratios: dict[int, list[float]] = {weekday: [] for weekday in range(7)}
        for place in range(start, end):
            left = min(max(start, place - 3), max(start, end - 7))
            around = [value for value in usd[left : min(left + 7, end)] if value is not None]
            own = usd[place]
            if own is not None and len(around) >= 0.7 * 7 and sum(around) > 0:
                ratios[place % 7].append(own / fmean(around))
        drawn = {
            weekday: (median(seen) * len(seen) + 2) / (len(seen) + 2) if seen else 1.0
            for weekday, seen in ratios.items()
        }
        self.factor = {weekday: value / fmean(drawn.values()) for weekday, value in drawn.items()}
        self.level = self._level(usd, start, end)

    def _level(self, usd: Sequence[float | None], start: int, end: int) -> float:
        places = [place for place in range(start, end) if usd[place] is not None and self.factor[place % 7] > 0.02]
        raw = [(usd[place] or 0.0) / self.factor[place % 7] for place in places]
        calm = list(raw)
        if len(raw) >= 3:
            calm[1:-1] = [median(raw[i - 1 : i + 2]) for i in range(1, len(raw) - 1)]
            calm[-1] = min(raw[-1], 2 * raw[-2]) if raw[-2] > 0 else raw[-1]
        weights = [math.exp2((place + 1 - end) / 7) * self.factor[place % 7] for place in places]
        if not sum(weights):
            return 0.0
        pairs = sorted(zip(calm, weights, strict=True))
        middle = [
            level
            for number, (level, _) in enumerate(pairs)
            if level > 0 and sum(weight for _, weight in pairs[: number + 1]) >= sum(weights) / 2
        ]
        most = 3 * middle[0] if middle else 0.0
        return sum(min(level, most) * weight for level, weight in pairs) / sum(weights)

    def __call__(self, place: int) -> float:
        return self.level * self.factor[place % 7]


def _range(folds: Folds, earliest: int, now: int, ahead: int) -> tuple[float, float, int, int]:
    """Return both limits of now, how many earlier forecasts had limits, and how many of their ends lay inside."""
    below = above = LIMIT
    had: dict[int, tuple[float, float]] = {}
    learnt: list[tuple[int, float]] = []
    for at in [*(at for at, _, _ in folds), now]:
        for then, error, _ in folds[len(learnt) :]:
            if then + ahead > at:
                break
            learnt.append((then, error))
            if then in had:
                below = min(0.5, below + MOVED * (LIMIT - (error < had[then][0])))
                above = min(0.5, above + MOVED * (LIMIT - (error > had[then][1])))
        if at == now or len(learnt) >= 5:
            errors = [error for _, error in learnt]
            wider = 1 + 0.3 / max(1.0, (at - earliest) / ahead)
            low, high = _least(errors, below), _least(errors, 1 - above)
            had[at] = (
                max(-1.0, min(0.0, low * wider * max(1.0, 1 - 2 * below))),
                max(0.0, high * wider * max(1.0, 1 - 2 * above)),
            )
    inside = sum(had[at][0] <= error <= had[at][1] for at, error, _ in folds if at in had)
    return *had[now], len(had) - 1, inside


def _least(errors: Sequence[float], share: float) -> float:
    """Return the share * (n + 1)-th least, between two of them in proportion; the least and the largest beyond them."""
    ordered = sorted(errors)
    place = min(max(share * (len(ordered) + 1) - 1, 0.0), len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def differences(part: Mapping[str, Any], right: Mapping[str, Value]) -> Iterator[str]:
    """Yield a line for each amount of a part of the forecast that is another one."""
    key = (part["divided_by"], part["name"])
    for name, value in right.items():
        found = part.get(name)
        if found is None or value is None or abs(found - value) > 1e-6 * max(1.0, abs(value)):
            yield f"forecast of {key} has {name} {found}, not {value}"
