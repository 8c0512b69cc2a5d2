"""Recompute what strategies carry and cost, and compare them on the same work."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tests.recomputed.days import local
from tests.recomputed.facts import Recorded, Rows, grouped, known_cost, ratio, spent, unpriced
from tests.recomputed.latency import quantile
from tests.recomputed.spend import empty_buckets
from tests.recomputed.usable import Call

COST, PERFORMANCE = r"cost|cheap|price|budget", r"perf|latency|fast|speed"
CERTAIN = 1.96  # standard deviations to either side hold 95 % of a normal distribution
OFTEN = 20


class Cell(NamedTuple):
    """Work of one kind: the model group asked for, and the powers of two that both sizes lie in."""

    group: str
    input_size: int
    output_size: int


def intent(strategy: str) -> str:
    """Return what the name of a strategy promises."""
    if re.search(COST, strategy.lower()):
        return "cost"
    return "performance" if re.search(PERFORMANCE, strategy.lower()) else "other"


def requests_by_strategy(of: Recorded) -> Rows:
    """Return the strategies of the period, the most requests first."""
    rows = [
        {
            "strategy": strategy,
            "requests": len(calls),
            "cost_usd": (cost := known_cost(calls)),
            "cost_per_request_usd": ratio(cost, sum(call.cost_usd is not None for call in calls)),
            "p50_ms": quantile(0.5, [call.latency_ms for call in calls]),
            "p95_ms": quantile(0.95, [call.latency_ms for call in calls]),
            "share": len(calls) / len(of.period),
            "unpriced_requests": unpriced(calls),
            "usd_per_million_tokens": _usd_per_million_tokens(calls),
            "ms_per_output_token": _ms_per_output_token(calls),
            "intent": intent(strategy),
        }
        for strategy, calls in grouped(of.period, lambda call: call.strategy).items()
    ]
    return sorted(rows, key=lambda row: (-row["requests"], row["strategy"]))


def _usd_per_million_tokens(calls: Sequence[Call]) -> float | None:
    priced = [call for call in sized(calls) if call.cost_usd is not None]
    return ratio(1_000_000 * spent(priced), sum(call.tokens for call in priced)) if priced else None


def _ms_per_output_token(calls: Sequence[Call]) -> float | None:
    timed = [call for call in sized(calls) if call.latency_ms is not None and call.output_tokens]
    return ratio(sum(call.latency_ms or Decimal(0) for call in timed), sum(call.output_tokens or 0 for call in timed))


def strategy_over_time(of: Recorded) -> Rows:
    """Return requests and spend by bar and strategy, None for bars without a request."""
    found = [
        {"bucket": bucket, "strategy": strategy, "requests": len(calls), "cost_usd": spent(calls)}
        for (bucket, strategy), calls in grouped(
            of.period, lambda call: (of.time.bucket(local(call.at_us, of.time.zone).date()), call.strategy)
        ).items()
    ]
    found += [
        {"bucket": bucket, "strategy": None, "requests": 0, "cost_usd": Decimal(0)}
        for bucket in empty_buckets(of, [call.at_us for call in of.period])
    ]
    return sorted(found, key=lambda row: (row["bucket"], row["strategy"] is None, row["strategy"] or ""))


def sized(calls: Iterable[Call]) -> list[Call]:
    """Return the requests that were answered and have both counts of tokens."""
    return [
        call for call in calls if not call.failed and call.input_tokens is not None and call.output_tokens is not None
    ]


def cell_of(call: Call) -> Cell:
    assert call.input_tokens is not None
    assert call.output_tokens is not None
    return Cell(
        call.requested_model, (call.input_tokens + 1).bit_length() - 1, (call.output_tokens + 1).bit_length() - 1
    )


class Rate(NamedTuple):
    """What some requests cost a unit of length, how often and how long they were, and how doubtful the rate is.

    Amounts are micro-dollars or milliseconds; a length is one more than the tokens (than those of output, for time).
    """

    amount: Fraction
    requests: int
    length: int
    rate: Fraction
    doubt: Fraction


def _rate(pairs: Sequence[tuple[Fraction, int]]) -> Rate | None:
    """Return the rate of amounts and lengths and its variance; None if there are none."""
    if not pairs:
        return None
    amount, length, number = sum((one for one, _ in pairs), Fraction(0)), sum(one for _, one in pairs), len(pairs)
    rate = amount / length
    residuals = sum(((one - rate * size) ** 2 for one, size in pairs), Fraction(0))
    variance = residuals / (number - 1) if number > 1 else amount**2
    return Rate(amount, number, length, rate, variance * number / length**2)


def cost_rate(calls: Iterable[Call]) -> Rate | None:
    return _rate([(Fraction(c.cost_usd) * 1_000_000, c.tokens + 1) for c in calls if c.cost_usd is not None])


def _time_rate(calls: Iterable[Call]) -> Rate | None:
    return _rate([(Fraction(c.latency_ms), (c.output_tokens or 0) + 1) for c in calls if c.latency_ms is not None])


class Sides(NamedTuple):
    """One cell that both kinds of strategy worked in."""

    weight: int
    cost: Rate | None
    performance: Rate | None


class Weighed(NamedTuple):
    """The means of both sides over all cells, and the half of the interval of their difference."""

    cost: float | None
    performance: float | None
    interval: float | None


def same_work(of: Recorded) -> Rows:
    """Return cost-first beside performance-first, in the cells that both worked in."""
    by_intent = {
        name: grouped([c for c in sized(of.period) if intent(c.strategy) == name], cell_of)
        for name in ("cost", "performance")
    }
    cost, performance = by_intent["cost"], by_intent["performance"]
    cells = [cell for cell in cost if cell in performance]
    money, time = (_weighed(_sides(cost, performance, cells, rate)) for rate in (cost_rate, _time_rate))
    return [
        {
            "cells": len(cells),
            "cost_requests": sum(len(cost[cell]) for cell in cells),
            "performance_requests": sum(len(performance[cell]) for cell in cells),
            "cost_first_usd": _dollars(money.cost),
            "performance_first_usd": _dollars(money.performance),
            "cost_first_ms": time.cost,
            "performance_first_ms": time.performance,
            "interval_usd": _dollars(money.interval),
            "interval_ms": time.interval,
        }
    ]


def _sides(
    cost: Mapping[Cell, list[Call]],
    performance: Mapping[Cell, list[Call]],
    cells: Iterable[Cell],
    rate: Callable[[Iterable[Call]], Rate | None],
) -> list[Sides]:
    return [
        Sides(len(cost[cell]) + len(performance[cell]), rate(cost[cell]), rate(performance[cell])) for cell in cells
    ]


def _weighed(cells: Iterable[Sides]) -> Weighed:
    """Return both means, each cell weighed by its requests and its rates taken times its mean length."""
    weights, cost, performance, doubt = 0, Fraction(0), Fraction(0), Fraction(0)
    for weight, one, other in cells:
        if one is not None and other is not None:
            length = Fraction(one.length + other.length, one.requests + other.requests)
            weights += weight
            cost += weight * one.rate * length
            performance += weight * other.rate * length
            doubt += weight**2 * length**2 * (one.doubt + other.doubt)
    if not weights:
        return Weighed(None, None, None)
    return Weighed(float(cost / weights), float(performance / weights), CERTAIN * math.sqrt(doubt) / weights)


def _dollars(micro_usd: float | None) -> float | None:
    return None if micro_usd is None else micro_usd / 1_000_000


def strategy_regret(of: Recorded) -> Rows:
    """Return each strategy beside the cheapest and the fastest model of its cells."""
    calls = sized(of.period)
    cheapest, fastest = _best(calls, cost_rate), _best(calls, _time_rate)
    rows = []
    for strategy, theirs in grouped(calls, lambda call: call.strategy).items():
        cells = {c: of_cell for c, of_cell in grouped(theirs, cell_of).items() if c in cheapest or c in fastest}
        if cells:
            money, time = _regret(cells, cheapest, cost_rate), _regret(cells, fastest, _time_rate)
            priced = [c.cost_usd for cell in cells if cell in cheapest for c in cells[cell] if c.cost_usd is not None]
            rows.append(
                {
                    "strategy": strategy,
                    "requests": sum(map(len, cells.values())),
                    "cells": len(cells),
                    "cost_usd": sum(priced, Decimal(0)) if priced else None,
                    "regret_usd": _dollars(money.above),
                    "interval_usd": _dollars(money.interval),
                    "regret_ms": ratio(time.above, time.requests),
                    "interval_ms": ratio(time.interval, time.requests),
                }
            )
    return sorted(rows, key=lambda row: str(row["strategy"]))


def _best(calls: Iterable[Call], rate: Callable[[Iterable[Call]], Rate | None]) -> dict[Cell, Rate]:
    """Return the lowest rate of each cell among the models that served it often enough."""
    found: dict[Cell, list[tuple[Fraction, str, str, Rate]]] = {}
    for (cell, provider, model), theirs in grouped(calls, lambda c: (cell_of(c), c.provider, c.model)).items():
        known = rate(theirs)
        if known is not None and len(theirs) >= OFTEN:
            found.setdefault(cell, []).append((known.rate, provider, model, known))
    return {cell: min(rates)[-1] for cell, rates in found.items()}


class Regret(NamedTuple):
    """What was spent or waited above the best, over the requests compared, and the half of the interval of the best."""

    above: float | None
    requests: int
    interval: float | None


def _regret(
    cells: Mapping[Cell, list[Call]], best: Mapping[Cell, Rate], rate: Callable[[Iterable[Call]], Rate | None]
) -> Regret:
    above, requests, doubt, compared = Fraction(0), 0, Fraction(0), False
    for cell, calls in cells.items():
        found = rate(calls)
        if cell in best and found is not None:
            above += max(found.amount - found.length * best[cell].rate, Fraction(0))
            doubt += found.length**2 * best[cell].doubt
            requests, compared = requests + found.requests, True
    has_best = any(cell in best for cell in cells)
    interval = CERTAIN * math.sqrt(doubt) if has_best else None
    return Regret(float(above) if compared else None, requests, interval)
