"""Recompute the months behind the report, unit costs, the use of tokens and what outcomes cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.recomputed.coverage import MOST_MISSING_SHARE, hours_within, missing_from
from tests.recomputed.days import DAY, first_moment_us, later, local, slot_us_of, whole_days
from tests.recomputed.facts import Recorded, Rows, counted, down, grouped, known_cost, ratio, spent, total, unpriced
from tests.recomputed.usable import NOT_RECORDED, Call, Try

NAMED_UNITS = ("ticket", "document")  # what the settings of the test ask for
MOST_DAYS_BY_WEEK = 92
MOST_THEN, MOST_NOW = 7, 10


class History:
    """The days from the first of a month, twelve months before that in which the report ends, to its last day."""

    def __init__(self, of: Recorded) -> None:
        time, zone = of.time, of.time.zone
        first = later(time.end.replace(day=1), -12)
        if time.first_us is not None:
            first = max(first, min(local(time.first_us, zone).date(), time.end).replace(day=1))
        self.of, self.first, self.last = of, first, time.end
        self.days = [first + i * DAY for i in range((time.end - first).days + 1)]
        bounds = first_moment_us(first, zone), first_moment_us(time.end + DAY, zone)
        self.calls = [call for call in of.calls if bounds[0] <= call.at_us < bounds[1]]
        self.days = [day for day in self.days if first_moment_us(day, zone) < first_moment_us(day + DAY, zone)]
        self.whole = whole_days([call.at_us for call in of.calls if call.at_us <= time.last_us], zone)
        self.hours = hours_within(of, self.calls, bounds, slot_us_of(first, time.end, zone))
        self.missing = missing_from(self.hours)

    def day(self, call: Call) -> date:
        return local(call.at_us, self.of.time.zone).date()

    @property
    def months(self) -> list[date]:
        return sorted({day.replace(day=1) for day in self.days})

    def of_month(self, month: date) -> list[Call]:
        return [call for call in self.calls if self.day(call).replace(day=1) == month]

    def recorded_days(self, month: date) -> list[date]:
        return sorted({hour.day for hour in self.hours if hour.recorded and hour.day.replace(day=1) == month})


def months(of: Recorded) -> Rows:
    """Return the months of the history, oldest first."""
    past = History(of)
    rows: Rows = []
    compared: dict[date, bool] = {}
    for month in past.months:
        hours = [hour for hour in past.hours if hour.day.replace(day=1) == month]
        calls, days = past.of_month(month), past.recorded_days(month)
        spanned = sum(hour.length for hour in hours if hour.recorded)
        lacking = sum(hour.length for hour in hours if hour.begin_us in past.missing)
        every = [month + i * DAY for i in range((later(month, 1) - month).days)]
        is_whole = past.last >= every[-1] and past.whole.issuperset(every)
        compared[month] = is_whole and lacking <= MOST_MISSING_SHARE * spanned
        cost = known_cost(calls) if calls else None
        change = None
        if compared[month] and rows and compared[rows[-1]["month"]] and cost is not None and rows[-1]["cost_usd"]:
            change = float(cost) / float(rows[-1]["cost_usd"]) - 1
        rows.append(
            {
                "month": month,
                "first_day": days[0] if days else None,
                "last_day": days[-1] if days else None,
                "days": len(every),
                "is_whole": is_whole,
                "days_with_data": len({hour.day for hour in hours if hour.recorded and hour.filled}),
                "recorded_hours": float(spanned),
                "missing_hours": float(lacking),
                "requests": len(calls) if calls else None,
                "cost_usd": cost,
                "cost_change": change,
                "unpriced_requests": unpriced(calls) if calls else None,
                **_per_unit(calls),
                "input_tokens": sum(call.input_tokens or 0 for call in calls) if calls else None,
                "output_tokens": sum(call.output_tokens or 0 for call in calls) if calls else None,
                **_rates(calls),
            }
        )
    return rows


def _per_unit(calls: Sequence[Call]) -> dict[str, float | None]:
    """Return the mean costs of the calls that have one."""
    priced = [call for call in calls if call.cost_usd is not None]
    requests, tokens = (ratio(spent(priced), whole) for whole in (len(priced), sum(call.tokens for call in priced)))
    return {
        "cost_per_thousand_requests_usd": None if requests is None else requests * 1e3,
        "cost_per_million_tokens_usd": None if tokens is None else tokens * 1e6,
    }


def _rates(calls: Sequence[Call]) -> dict[str, float | None]:
    """Return output over input, cache reads over input, and reasoning over output, of those that record them."""
    reads = [(call.cache_read_tokens, call.input_tokens) for call in calls]
    reasoning = [(call.reasoning_tokens, call.output_tokens) for call in calls]
    return {
        "output_per_input": ratio(
            sum(call.output_tokens or 0 for call in calls), sum(call.input_tokens or 0 for call in calls)
        ),
        "cache_hit_rate": _part_of_whole(reads),
        "reasoning_share": _part_of_whole(reasoning),
    }


def _part_of_whole(pairs: Iterable[tuple[int | None, int | None]]) -> float | None:
    known = [(part, whole) for part, whole in pairs if part is not None and whole is not None and part <= whole]
    return ratio(sum(part for part, _ in known), sum(whole for _, whole in known)) if known else None


def unit_costs(of: Recorded) -> Rows:
    """Return what requests and tokens of the period cost, in all and by what divides them."""
    divisions: dict[str, dict[tuple[str | None, str | None], list[Call]]] = {
        "all": {(None, None): of.period} if of.period else {},
        "team": dict(grouped(of.period, lambda call: (None, call.team))),
        "model": dict(grouped(of.period, lambda call: (call.provider, call.model))),
        "environment": dict(grouped(of.period, lambda call: (None, call.environment))),
        "customer": dict(grouped(of.period, lambda call: (None, call.end_user))),
    }
    return [
        {
            "divided_by": division,
            "provider": provider,
            "name": name,
            "rank": rank,
            "requests": len(calls),
            "cost_usd": known_cost(calls),
            "unpriced_requests": unpriced(calls),
            **_per_unit(calls),
        }
        for division, parts in divisions.items()
        for rank, ((provider, name), calls) in enumerate(_ranked(division, parts, MOST_NOW), 1)
    ]


def _ranked(
    division: str, parts: dict[tuple[str | None, str | None], list[Call]], most: int
) -> list[tuple[tuple[str | None, str | None], list[Call]]]:
    """Return the parts with the most spend; none if no part has a name."""
    if division != "all" and not any((name or NOT_RECORDED) != NOT_RECORDED for _, name in parts):
        return []
    return sorted(
        parts.items(),
        key=lambda one: (
            down(total(call.cost_usd for call in one[1])),
            -len(one[1]),
            one[0][0] or "",
            one[0][1] is None,
            one[0][1] or "",
        ),
    )[:most]


def unit_costs_over_time(of: Recorded) -> Rows:
    """Return the same over the history: by week if it has few days, else by month."""
    past = History(of)
    weekly = len(past.days) <= MOST_DAYS_BY_WEEK

    def bucket(call: Call) -> date:
        day = past.day(call)
        return day - day.weekday() * DAY if weekly else day.replace(day=1)

    divisions: dict[str, dict[tuple[str | None, str | None], list[Call]]] = {
        "all": {(None, None): past.calls} if past.calls else {},
        "team": dict(grouped(past.calls, lambda call: (None, call.team))),
        "model": dict(grouped(past.calls, lambda call: (call.provider, call.model))),
        "environment": dict(grouped(past.calls, lambda call: (None, call.environment))),
    }
    return [
        {
            "bucket": begin,
            "divided_by": division,
            "provider": provider,
            "name": name,
            "requests": len(theirs),
            "cost_usd": known_cost(theirs),
            "unpriced_requests": unpriced(theirs),
            **_per_unit(theirs),
        }
        for division, parts in divisions.items()
        for (provider, name), calls in _ranked(division, parts, MOST_THEN)
        for begin, theirs in sorted(grouped(calls, bucket).items())
    ]


def token_use(of: Recorded) -> Rows:
    """Return what tokens of the period went for, in all and by model."""
    tries = [one for one in of.read_tries if of.time.in_period(one.at_us) and not one.is_skipped]
    calls_by, tries_by = (
        grouped(of.period, lambda call: (call.provider, call.model)),
        grouped(tries, lambda one: (one.provider, one.model)),
    )
    rows = [_use(*key, calls_by.get(key, []), tries_by.get(key, [])) for key in {**calls_by, **tries_by}]
    rows.sort(key=lambda row: (-row["input_tokens"] - row["output_tokens"], row["provider"], row["model"]))
    return [_use(None, None, of.period, tries), *rows]


def _use(provider: str | None, model: str | None, calls: Sequence[Call], tries: Sequence[Try]) -> dict[str, Any]:
    tried = counted(one.tokens for one in tries)
    wasted = None if tried is None else sum(one.tokens for one in tries if not one.is_ok)
    return {
        "provider": provider,
        "model": model,
        "requests": len(calls),
        "input_tokens": sum(call.input_tokens or 0 for call in calls),
        "output_tokens": sum(call.output_tokens or 0 for call in calls),
        **_rates(calls),
        "attempt_tokens": tried,
        "wasted_tokens": wasted,
        "wasted_share": ratio(wasted, tried),
    }


def finops_measures(of: Recorded) -> Rows:
    """Return the measures by the names of the FinOps Foundation."""
    priced = [call for call in of.period if call.cost_usd is not None]
    tries = [one for one in of.read_tries if of.time.in_period(one.at_us) and not one.is_skipped]
    tried, teams = [one for one in tries if one.cost_usd is not None], [call for call in of.period if call.team]
    use = token_use(of)[0]["wasted_share"]
    return [
        {
            "cost_per_inference_usd": ratio(spent(priced), len(priced)),
            "cost_per_token_usd": ratio(spent(priced), sum(call.tokens for call in priced)),
            "cost_per_call_usd": ratio(total(one.cost_usd for one in tried), len(tried)),
            "token_yield": None if use is None else 1 - use,
            "allocation_coverage": ratio(spent(teams), spent(of.period)) if teams else None,
        }
    ]


def cost_per_outcome(of: Recorded) -> Rows:
    """Return what the outcomes that the settings name cost by month."""
    past = History(of)
    found: dict[tuple[str, str | None, date], dict[date, Decimal]] = {}
    for unit in of.telemetry.units:
        if unit.date is None or unit.quantity is None or unit.name not in NAMED_UNITS:
            continue
        if not 0 <= unit.quantity <= 10**12:
            continue
        day, team = date.fromisoformat(unit.date), (unit.team or "").strip() or None
        month = day.replace(day=1)
        days = past.recorded_days(month)
        if days and days[0] <= day <= days[-1]:
            of_days = found.setdefault((unit.name, team, month), {})
            of_days[day] = of_days.get(day, Decimal(0)) + Decimal(str(unit.quantity))
    rows: Rows = []
    for (name, team, month), of_days in sorted(found.items(), key=lambda one: (one[0][0], one[0][1] or "", one[0][2])):
        calls = [call for call in past.of_month(month) if team is None or call.team == team]
        days, cost, quantity = past.recorded_days(month), known_cost(calls), sum(of_days.values(), Decimal(0))
        rows.append(
            {
                "name": name,
                "team": team,
                "month": month,
                "quantity": quantity,
                "requests": len(calls),
                "cost_usd": cost,
                "unpriced_requests": unpriced(calls),
                "cost_per_outcome_usd": ratio(cost, quantity),
                "days": (days[-1] - days[0]) // timedelta(days=1) + 1,
                "days_with_counts": len(of_days),
            }
        )
    return rows
