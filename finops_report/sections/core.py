"""Say the finding of each of the five core views, and print their tables."""

from __future__ import annotations

from finops_report.analysis.totals import Facts
from finops_report.calendar.stretches import old_stretch
from finops_report.model import Row, Section
from finops_report.sections.columns import (
    IN,
    MODEL,
    OUT,
    P50,
    P95,
    P99,
    PROVIDER,
    REQUESTS,
    SHARE,
    STRATEGY,
    UNPRICED,
    amount,
    cost,
)
from finops_report.sections.tables import Field, name, table
from finops_report.wording import formats

NOTHING = "Nothing was recorded in this period."
MOST_DAYS = 31


def core_sections(facts: Facts) -> tuple[Section, ...]:
    """The five core views in the order of the design."""
    return (
        _spend(facts),
        _providers(facts),
        _latency(facts),
        _strategies(facts),
        _failovers(facts),
    )


def _spend(facts: Facts) -> Section:
    rows = facts.views["total_spend"]
    return Section(
        view="total_spend",
        title="Total LLM spend",
        finding=_spend_finding(facts, rows),
        how_to_read=(
            f"Each bar is one {facts.period.bucket_unit}; its colours are the providers. The "
            "total counts requests with a known price only."
        ),
        table=table(rows, (Field("day", "Day", formats.day), cost(facts.currency), REQUESTS, UNPRICED), MOST_DAYS),
        charts=("spend_over_time",),
        empty="" if facts.requests else NOTHING,
    )


def _spend_finding(facts: Facts, rows: list[Row]) -> str:
    if not facts.cost_usd:
        return "No request of this period has a known price" if facts.requests else "No spend was recorded"
    dearest = max(rows, key=lambda row: (row["cost_usd"], row["day"]))
    mean = facts.cost_usd / len(rows)
    finding = f"{facts.money(facts.cost_usd)} in {formats.plural(len(rows), 'day')}"
    if len(rows) == 1:
        return finding
    return (
        f"{finding}, {facts.money(mean)} a day; the dearest was {formats.day(dearest['day'])} with "
        f"{facts.money(dearest['cost_usd'])}"
    )


def _providers(facts: Facts) -> Section:
    rows = facts.views["spend_by_provider"]
    return Section(
        view="spend_by_provider",
        title="Spend by provider",
        finding=_provider_finding(facts, rows),
        how_to_read="Longest bar first, all others last. The label gives the spend and its share of all spend with a "
        "known price.",
        table=table(rows, (PROVIDER, cost(facts.currency), SHARE, REQUESTS, IN, OUT, UNPRICED)),
        charts=("spend_by_provider",),
        empty="" if rows else NOTHING,
    )


def _provider_finding(facts: Facts, rows: list[Row]) -> str:
    if not rows or rows[0]["share"] is None:
        return "No spend to divide among providers"
    top = rows[0]
    finding = f"{formats.shortened(top['provider'])} is {formats.percent(top['share'])} of spend"
    if facts.old is None or top["old_share"] is None or top["new_share"] is None:
        return finding
    return f"{finding}, {formats.points(top['new_share'] - top['old_share'])} on {old_stretch(facts.period)}"


def _latency(facts: Facts) -> Section:
    rows = facts.views["latency_by_provider_model"]
    fields = (
        PROVIDER,
        MODEL,
        REQUESTS,
        P50,
        P95,
        P99,
        Field("ttft_p50_ms", "First token (p50)", formats.duration),
    )
    return Section(
        view="latency_by_provider_model",
        title="Latency by provider and model",
        finding=_latency_finding(rows),
        how_to_read=(
            "The dot is the median; the line runs to the 95th and the tick marks the 99th "
            "percentile. The scale is logarithmic. Times are end to end, waits for failed "
            "attempts included, from a histogram with at most 1 % error."
        ),
        table=table(rows, fields),
        charts=("latency_by_model",),
        empty="" if rows else "No latencies were recorded.",
    )


def _latency_finding(rows: list[Row]) -> str:
    often = [row for row in rows if row["requests"] >= 30] or rows
    if not often:
        return "No latencies were recorded"
    fast, slow = (
        min(often, key=lambda r: (r["p50_ms"], r["model"])),
        max(often, key=lambda r: (r["p50_ms"], r["model"])),
    )
    if fast is slow:
        name_of = formats.shortened(fast["model"], 40)
        return f"{name_of} answers half of its requests within {formats.duration(fast['p50_ms'])}"
    if formats.duration(fast["p50_ms"]) == formats.duration(slow["p50_ms"]):
        return f"All {len(often)} models answer half of their requests within {formats.duration(fast['p50_ms'])}"
    return (
        f"{formats.shortened(fast['model'], 40)} is fastest with a median of {formats.duration(fast['p50_ms'])}, "
        f"{formats.shortened(slow['model'], 40)} slowest with {formats.duration(slow['p50_ms'])}"
    )


def _strategies(facts: Facts) -> Section:
    rows = facts.views["requests_by_strategy"]
    fields = (
        STRATEGY,
        REQUESTS,
        Field("share", "Share", formats.percent, summed=True),
        cost(facts.currency),
        amount(facts.currency, "cost_per_request_usd", "Per request"),
        amount(facts.currency, "usd_per_million_tokens", "Per million tokens"),
        P50,
        P95,
        Field("ms_per_output_token", "Per output token", formats.duration),
        UNPRICED,
    )
    return Section(
        view="requests_by_strategy",
        title="Request volume by routing strategy",
        finding=_strategy_finding(facts, rows),
        how_to_read=(
            "Above: requests by the strategy that routed them. Below: what a request costs and "
            "how long 95 % of them take at most, strategy by strategy."
        ),
        table=table(rows, fields),
        charts=("strategy_over_time", "strategy_compared"),
        empty="" if rows else NOTHING,
    )


def _strategy_finding(facts: Facts, rows: list[Row]) -> str:
    if not rows:
        return "No requests were recorded"
    top = rows[0]
    finding = f"{formats.shortened(top['strategy'], 40)} routed {formats.percent(top['share'])} of requests"
    priced = [row for row in rows if row["cost_per_request_usd"]]
    if len(priced) < 2:
        return finding
    cheap = min(priced, key=lambda row: (row["cost_per_request_usd"], row["strategy"]))
    return (
        f"{finding}; {formats.shortened(cheap['strategy'], 40)} is cheapest at "
        f"{facts.money(cheap['cost_per_request_usd'])} a request"
    )


def _failovers(facts: Facts) -> Section:
    rows = facts.views["failover_events"]
    fields = (
        Field("from_provider", "Left", name),
        Field("to_provider", "Took over", name),
        Field("error_type", "Why", name),
        Field("events", "Failovers", formats.count, summed=True),
        Field("recovered", "Answered in the end", formats.count, summed=True),
    )
    return Section(
        view="failover_events",
        title="Provider failures and failovers",
        finding=_failover_finding(facts, rows),
        how_to_read=(
            "Each bar counts requests that left a provider, in its colour; the matrix shows who took over from whom."
        ),
        table=table(rows, fields),
        charts=("failovers_over_time", "failover_matrix"),
        empty="" if rows else _no_failovers(facts),
    )


def _failover_finding(facts: Facts, rows: list[Row]) -> str:
    if not rows:
        return "No failovers in this period" if facts.has_attempts else "No failovers can be seen"
    events = sum(row["events"] for row in rows)
    left: dict[str, int] = {}
    for row in rows:
        left[row["from_provider"]] = left.get(row["from_provider"], 0) + row["events"]
    worst = min(left, key=lambda provider: (-left[provider], provider))
    recovered = sum(row["recovered"] for row in rows) / events
    return (
        f"{formats.plural(events, 'failover')}, {formats.percent(left[worst] / events)} of them away from "
        f"{formats.shortened(worst, 40)}; "
        f"{formats.reached(recovered)} ended with an answer"
    )


def _no_failovers(facts: Facts) -> str:
    if facts.has_attempts:
        return "Every request was answered by the first provider it was sent to."
    return "Attempts are not recorded, and no request_id appears with more than one provider."
