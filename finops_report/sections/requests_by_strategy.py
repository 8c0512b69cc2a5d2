"""How much each routing strategy carries, what a request costs under it and how long it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.analysis.integrity import sums
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.bars import Bar, side_by_side
from finops_report.charts.colours import in_turn
from finops_report.charts.figure import money_axis, seconds
from finops_report.charts.over_time import Block, hatched, over_time, stacked
from finops_report.model import Section
from finops_report.sections.columns import duration, money, percent
from finops_report.sections.shared_columns import P50, P95, REQUESTS, STRATEGY, UNPRICED, spend
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_table


@dataclass(frozen=True, slots=True)
class StrategyVolume:
    """One strategy; `intent` is what its name promises: 'cost', 'performance' or 'other'."""

    strategy: str
    requests: int
    cost_usd: Decimal | None
    cost_per_request_usd: float | None
    p50_ms: float | None
    p95_ms: float | None
    share: float
    unpriced_requests: int
    usd_per_million_tokens: float | None
    ms_per_output_token: float | None
    intent: str


@dataclass(frozen=True, slots=True)
class StrategyBucket:
    """What one strategy routed in one day, week or month; `strategy` is None in a bucket without requests."""

    bucket: date
    strategy: str | None
    requests: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class StrategyLatency:
    """Quantiles of one strategy in milliseconds."""

    strategy: str
    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


MOST_COMPARED = 0.2  # of both strategies' requests: more of the smaller one is hardly a comparison

REQUESTS_BY_STRATEGY = View("requests_by_strategy", StrategyVolume)
STRATEGY_OVER_TIME = View("strategy_over_time", StrategyBucket)
LATENCY_BY_STRATEGY = View("latency_by_strategy", StrategyLatency)


def section(facts: Facts) -> Section:
    """Return the volume, cost and speed of each routing strategy."""
    rows = facts.rows(REQUESTS_BY_STRATEGY)
    fields: tuple[Field[StrategyVolume], ...] = (
        STRATEGY,
        REQUESTS,
        percent("Share", lambda row: row.share, summed=True),
        spend(facts.currency),
        money(facts.currency, "Per request", lambda row: row.cost_per_request_usd),
        money(facts.currency, "Per million tokens", lambda row: row.usd_per_million_tokens),
        P50,
        P95,
        duration("Per output token", lambda row: row.ms_per_output_token),
        UNPRICED,
    )
    hatching = hatched(_totals(facts), facts.period.bucket_unit, "requests")
    return Section(
        view=REQUESTS_BY_STRATEGY.name,
        title="Request volume by routing strategy",
        finding=_finding(facts, rows),
        how_to_read=(
            "Above: requests by the strategy that routed them. Below: what a request costs and "
            f"how long 95 % of them take at most, strategy by strategy.{_comparison_note(rows)}{hatching}"
        ),
        table=table(rows, fields),
        charts=(_over_time(facts), _compared(facts, rows)) if rows else (),
        empty="" if rows else "Nothing was recorded in this period.",
        adds_up=sums(facts, REQUESTS_BY_STRATEGY),
    )


def strategy_colours(facts: Facts) -> Mapping[str, str]:
    """Return the colour of each strategy: by name, so that it stays from report to report."""
    return in_turn(sorted(in_table("strategy", row.strategy) for row in facts.rows(REQUESTS_BY_STRATEGY)))


def _finding(facts: Facts, rows: Sequence[StrategyVolume]) -> str:
    if not rows:
        return "No requests were recorded"
    top = rows[0]
    finding = f"{formats.shortened(top.strategy, 40)} routed {formats.percent(top.share)} of requests"
    if top.strategy == formats.NOT_RECORDED:
        finding = f"{formats.percent(top.share)} of requests have no strategy"
    named = [row for row in rows if row.strategy != formats.NOT_RECORDED]
    priced = [(row.cost_per_request_usd, row.strategy) for row in named if row.cost_per_request_usd]
    if len(priced) < 2:
        return finding
    cost_per_request_usd, cheapest = min(priced)
    return (
        f"{finding}; {formats.shortened(cheapest, 40)} is cheapest at {facts.money(cost_per_request_usd)} per request"
    )


def _comparison_note(rows: Sequence[StrategyVolume]) -> str:
    """Return what a small share of one of the two strategies is for; empty if neither is small beside the other."""
    shares = {intent: sum(row.share for row in rows if row.intent == intent) for intent in ("cost", "performance")}
    smaller = min(shares.values())
    if not 0 < smaller <= MOST_COMPARED * sum(shares.values()):
        return ""
    return (
        " The small share of one strategy beside the other is a comparison if a group's settings say so (compare in "
        "finops.toml): its requests are counted under the strategy that they had."
    )


def _totals(facts: Facts) -> Mapping[date, str | None]:
    requests: Counter[date] = Counter()
    for row in sorted(facts.rows(STRATEGY_OVER_TIME), key=lambda row: row.bucket):
        requests[row.bucket] += row.requests
    return {bucket: formats.count(number) if number else None for bucket, number in requests.items()}


def _over_time(facts: Facts) -> Chart:
    blocks = [
        Block(row.bucket, row.strategy and in_table("strategy", row.strategy), row.requests)
        for row in facts.rows(STRATEGY_OVER_TIME)
    ]
    traces = stacked(blocks, strategy_colours(facts))
    figure = over_time(traces, {"title": {"text": "requests"}}, _totals(facts))
    return Chart("strategy_over_time", "Requests over time by routing strategy", figure)


def _compared(facts: Facts, rows: Sequence[StrategyVolume]) -> Chart:
    """Return two panels: what a request costs, and how long 95 % of requests take at most."""
    currency, colours = facts.currency, strategy_colours(facts)
    costs, times = [], []
    for row in sorted(rows, key=lambda row: row.strategy):
        name, cost_usd = in_table("strategy", row.strategy), row.cost_per_request_usd
        colour = colours[name]
        more = formats.plural(row.requests, "request")
        costs.append(Bar(name, currency.amount(cost_usd), currency.money(cost_usd), colour, more=more))
        times.append(Bar(name, seconds(row.p95_ms or 0), formats.duration(row.p95_ms), colour, more=more))
    cost_axis = money_axis(currency) | {"title": {"text": f"{currency.name} per request"}}
    figure = side_by_side(costs, cost_axis, times, formats.localized("seconds, 95 % within"))
    return Chart("strategy_compared", "Cost and latency by routing strategy", figure)
