"""Recompute how budgets stand: request by request, hour by hour, and the verdicts from the words of docs/report.md."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from typing import Any

from finops_report.warehouse import Budget
from tests.recomputed.coverage import Hour, hours_within, missing_from
from tests.recomputed.days import DAY, HOUR_US, first_moment_us, later, local, slot_us_of, year_start
from tests.recomputed.facts import Recorded, Rows, grouped, known_cost, spent, unpriced
from tests.recomputed.usable import Call

LONGER = ("day", "week", "month", "quarter", "year")
EXPECTED = ("low_usd", "expected_usd", "high_usd")
MISSING, UNPRICED, LEAST_PASSED = 0.02, 0.05, 0.1


@dataclass(frozen=True, slots=True)
class Past:
    """The months behind a report: their first day, the last with data within the report, and what is recorded."""

    first: date
    known_end: date
    is_cut: bool
    recorded_first: date
    calls: Sequence[Call]
    hours: Sequence[Hour]
    missing: frozenset[int]


@cache
def _past(key: int) -> Past:
    of = _OF[key]
    zone, end = of.time.zone, of.time.end
    recorded = [local(us, zone).date() for us in (of.time.first_us or of.now_us, of.time.last_us or of.now_us)]
    first = later(end.replace(day=1), -12)
    if of.time.first_us is not None:
        first = max(first, min(recorded[0], end).replace(day=1))
    begin_us, until_us = first_moment_us(first, zone), first_moment_us(end + DAY, zone)
    calls = [call for call in of.calls if begin_us <= call.at_us < min(until_us, of.now_us + 24 * HOUR_US)]
    hours = hours_within(of, calls, (begin_us, until_us), slot_us_of(first, end, zone))
    return Past(
        first,
        max(min(end, recorded[1]), of.time.start),
        of.time.first_us is not None and recorded[0] < first,
        recorded[0] if of.time.first_us is not None else first,
        calls,
        sorted(hours, key=lambda hour: hour.begin_us),
        frozenset(missing_from(hours)),
    )


_OF: dict[int, Recorded] = {}


def past_of(of: Recorded) -> Past:
    """Return the months behind a report, worked out once."""
    _OF[id(of)] = of
    return _past(id(of))


def _period_of(unit: str, day: date, first_month: int) -> tuple[date, date]:
    """Return the first and last day of the period that a day is in."""
    if unit == "day":
        return day, day
    if unit == "week":
        return day - day.weekday() * DAY, day + (6 - day.weekday()) * DAY
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    start = year_start(day.year - 1, first_month)
    while later(start, months) <= day:
        start = later(start, months)
    return start, later(start, months) - DAY


def _periods(of: Recorded, budget: Budget) -> list[tuple[date, date]]:
    """Return the periods of a budget, newest first."""
    past = past_of(of)
    first = max(past.first, min(past.recorded_first, past.known_end))
    days = [first + i * DAY for i in range((past.known_end - first).days + 1)]
    found = {_period_of(budget.period, day, of.fiscal_year_start) for day in days}
    return sorted((one for one in found if not past.is_cut or one[0] >= past.first), reverse=True)


def _takes_in(budget: Budget, call: Call) -> bool:
    wanted = {name: getattr(budget, name) for name in ("team", "project", "provider", "model", "environment")}
    return (
        all(value is None or getattr(call, name) == value for name, value in wanted.items())
        and budget.end_user in (None, call.end_user)
        and (budget.tag_key is None or call.tags.get(budget.tag_key) == budget.tag_value)
    )


def _within(of: Recorded, days: tuple[date, date]) -> tuple[int, int]:
    return first_moment_us(days[0], of.time.zone), first_moment_us(days[1] + DAY, of.time.zone)


@cache
def _in_scope(key: int, budget: Budget) -> list[Call]:
    return sorted((call for call in _past(key).calls if _takes_in(budget, call)), key=lambda call: call.at_us)


def _calls(of: Recorded, budget: Budget, days: tuple[date, date]) -> list[Call]:
    past_of(of)
    mine = _in_scope(id(of), budget)
    first, until = (bisect_left(mine, us, key=lambda call: call.at_us) for us in _within(of, days))
    return mine[first:until]


@dataclass(frozen=True, slots=True)
class Use:
    """A budget in one period, recomputed."""

    row: dict[str, Any]
    hours: float
    is_scope_recorded: bool

    @property
    def passed_share(self) -> float:
        return float(self.row["passed_hours"] / self.hours)

    @property
    def pace(self) -> float | None:
        used = self.row["used_share"]
        return None if used is None or not self.passed_share else used / self.passed_share

    def state(self, expected_usd: float | None = None) -> str:
        """Return the state of the budget, as docs/report.md has it; all budgets here have a threshold of 1."""
        row, used = self.row, self.row["used_share"]
        if not self.is_scope_recorded:
            return "not known"
        if used is not None and used > 1:
            return "breached"
        if expected_usd is not None:
            if round(expected_usd / float(row["amount"]), 12) > 1:
                return "at risk"
        elif self.passed_share >= LEAST_PASSED and self.pace is not None and round(self.pace, 12) > 1:
            return "at risk"
        lacks = row["missing_hours"] > MISSING * row["passed_hours"] or (
            row["unpriced_requests"] > UNPRICED * row["requests"]
        )
        return "not known" if used is None or lacks else "within"


def _use(of: Recorded, budget: Budget, days: tuple[date, date]) -> Use:
    past, calls = past_of(of), _calls(of, budget, days)
    start_us, until_us = _within(of, days)
    first, until = (bisect_left(past.hours, us, key=lambda hour: hour.begin_us) for us in (start_us, until_us))
    hours = past.hours[first:until]
    gone = [hour for hour in hours if of.hour_us(hour.begin_us) <= of.time.last_us] if of.calls else []
    before = max(0, (min((hour.begin_us for hour in hours), default=start_us) - start_us) / HOUR_US) if gone else 0.0
    passed = sum(hour.length for hour in gone) + before
    covered = sum(hour.length for hour in gone if hour.recorded and hour.begin_us not in past.missing)
    used = known_cost(calls)
    share = None if used is None else float(used) * float(budget.rate) / float(budget.amount)
    row = {
        "budget": budget.budget,
        "period": budget.period,
        "first_day": days[0],
        "last_day": days[1],
        "amount": budget.amount,
        "currency": budget.currency,
        "requests": len(calls),
        "used_usd": used,
        "unpriced_requests": unpriced(calls),
        "passed_hours": float(passed),
        "missing_hours": float(max(passed - covered, 0)),
        "used_share": share,
        "breached_on": _breached_on(of, budget, calls),
    }
    whole = range(past.first.toordinal(), of.time.end.toordinal() + 1)
    known = _calls(of, budget, (date.fromordinal(whole.start), date.fromordinal(whole.stop - 1)))
    return Use(row, (until_us - start_us) / HOUR_US, bool(known))


def _breached_on(of: Recorded, budget: Budget, calls: Sequence[Call]) -> date | None:
    by_day = grouped(calls, lambda call: local(call.at_us, of.time.zone).date())
    upto = accumulate(spent(theirs) for theirs in by_day.values())
    return next(
        (day for day, usd in zip(by_day, upto, strict=True) if float(usd) * float(budget.rate) > budget.amount), None
    )


def _running(of: Recorded) -> Iterator[tuple[Budget, Use]]:
    for budget in of.budgets:
        for days in _periods(of, budget)[:1]:
            yield budget, _use(of, budget, days)


def budgets(of: Recorded) -> Rows:
    """Return the budgets in their periods under way."""
    return [_budget(budget, use) for budget, use in _running(of)]


def _budget(budget: Budget, use: Use) -> dict[str, Any]:
    row, pace, passed = use.row, use.pace, use.passed_share
    days = (row["last_day"] - row["first_day"]).days + 1
    expected = None
    if row["breached_on"] is None and pace is not None and pace > 1 and passed < 1:
        expected = row["first_day"] + int(round(days / pace, 9)) * DAY
    tag = None if budget.tag_key is None else f"{budget.tag_key}={budget.tag_value}"
    scopes = ("team", "project", "provider", "model", "environment", "end_user")
    reached = [share for share in budget.thresholds if row["used_share"] is not None and share <= row["used_share"]]
    return (
        row
        | {name: getattr(budget, name) for name in (*scopes, "owner", "cost_centre")}
        | {
            "tag": tag,
            "hours": float(use.hours),
            "passed_share": passed,
            "pace": pace,
            "at_pace_usd": None if row["used_usd"] is None or not passed else float(row["used_usd"]) / passed,
            "breach_expected_on": expected,
            "passed_threshold": max(reached, default=None),
            "forecast_threshold": min(budget.forecast_thresholds, default=None),
            "is_scope_recorded": use.is_scope_recorded,
        }
    )


def budget_history(of: Recorded) -> Rows:
    """Return the periods before those under way, newest first."""
    return [use.row | {"is_scope_recorded": use.is_scope_recorded} for use in _earlier(of)]


def budget_days(of: Recorded) -> Rows:
    """Return what each budget's scope cost by day, in all the months behind the report."""
    found = []
    for budget in of.budgets:
        mine = [call for call in past_of(of).calls if _takes_in(budget, call)]
        for day, calls in sorted(grouped(mine, lambda call: local(call.at_us, of.time.zone).date()).items()):
            row = {"cost_usd": known_cost(calls), "unpriced_requests": unpriced(calls)}
            found.append({"budget": budget.budget, "day": day, "requests": len(calls)} | row)
    return found


def _earlier(of: Recorded) -> list[Use]:
    return [_use(of, budget, days) for budget in of.budgets for days in _periods(of, budget)[1:]]


def standings(of: Recorded, forecasts: Sequence[Mapping[str, Any]]) -> Rows:
    """Return the part 'budgets' of report.json; what is expected is taken from it, if it can be."""
    ahead = {one["budget"]: {key: one[key] for key in EXPECTED} for one in forecasts}
    earlier = _earlier(of)
    found = []
    for budget, use in _running(of):
        ended = [_ended(one) for one in earlier if one.row["budget"] == budget.budget]
        state = use.state(ahead[budget.budget]["expected_usd"])
        found.append(
            {
                "budget": budget.budget,
                "state": state,
                "verdict": {
                    "within": "good", "at risk": "watch", "breached": "bad", "not known": "not enough data"
                }[state],
                "unknown": _reason(use) if state == "not known" else "",
                "at_pace_usd": _budget(budget, use)["at_pace_usd"] if use.passed_share >= LEAST_PASSED else None,
                **ahead[budget.budget],
                "kept_periods": ended.count("within"),
                "breached_periods": ended.count("breached"),
                "unknown_periods": ended.count("not known"),
            }
        )  # fmt: skip
    return found


def unlikely(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for every forecast of a budget that is less than what is used, or outside its own interval."""
    used = {row["budget"]: row["used_usd"] or 0 for row in document["views"]["budgets"]}
    for one in document["budgets"]:
        low, expected, high = (one[key] for key in EXPECTED)
        if expected is not None and not used[one["budget"]] - 1e-6 <= low <= expected <= high:
            yield f"{one['budget']}: {used[one['budget']]} used, {low} to {high} expected, {expected} likeliest"


def _ended(use: Use) -> str:
    """Return how a period that is over ended: nothing is at risk in it any more."""
    state = use.state()
    if state != "at risk":
        return state
    row = use.row
    lacks = row["missing_hours"] > MISSING * row["passed_hours"] or (
        row["unpriced_requests"] > UNPRICED * row["requests"]
    )
    return "not known" if lacks else "within"


def _reason(use: Use) -> str:
    row = use.row
    if not use.is_scope_recorded:
        return "nothing is recorded of its scope"
    hours = "hours are missing" if row["missing_hours"] > MISSING * row["passed_hours"] else ""
    prices = "prices are missing" if row["unpriced_requests"] > UNPRICED * row["requests"] else ""
    return " and ".join(filter(None, (hours, prices)))


def budgets_within(of: Recorded) -> Rows:
    """Return what of each budget lies in those directly within it, in several of them, and in none."""
    found: Rows = []
    for outer, use in _running(of):
        inside = [one for one in of.budgets if _is_direct(of.budgets, outer, one)]
        if not inside:
            continue
        calls = _calls(of, outer, (use.row["first_day"], use.row["last_day"]))
        homes = [[one.budget for one in inside if _takes_in(one, call)] for call in calls]
        parts: list[tuple[str, str | None]] = [("budget", one.budget) for one in inside]
        if any(len(home) > 1 for home in homes):
            parts.append(("several budgets", None))
        for kind, part in (*parts, ("no budget", None)):
            theirs = [call for call, home in zip(calls, homes, strict=True) if _kind(home) == (kind, part)]
            found.append(
                {
                    "budget": outer.budget,
                    "kind": kind,
                    "part": part,
                    "requests": len(theirs),
                    "cost_usd": known_cost(theirs),
                    "unpriced_requests": unpriced(theirs),
                }
            )
    return found


def _kind(home: Sequence[str]) -> tuple[str, str | None]:
    if len(home) == 1:
        return "budget", home[0]
    return ("several budgets" if home else "no budget"), None


def _is_direct(everything: Sequence[Budget], outer: Budget, inner: Budget) -> bool:
    """Whether a budget lies within another and nothing lies between them."""
    return _holds(outer, inner) and not any(_holds(outer, one) and _holds(one, inner) for one in everything)


def _holds(outer: Budget, inner: Budget) -> bool:
    return _contains(outer, inner) and not _contains(inner, outer)


def _contains(outer: Budget, inner: Budget) -> bool:
    scopes = ("team", "project", "provider", "model", "environment", "end_user", "tag_key", "tag_value")
    return all(getattr(outer, name) in (None, getattr(inner, name)) for name in scopes) and LONGER.index(
        outer.period
    ) >= LONGER.index(inner.period)
