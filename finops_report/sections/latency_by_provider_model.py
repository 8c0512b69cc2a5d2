"""How long answers take by provider and model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.colours import GREY
from finops_report.charts.quantiles import Quantiles, quantiles
from finops_report.model import Section
from finops_report.sections.columns import duration
from finops_report.sections.shared_columns import MODEL, P50, P95, REQUESTS, provider
from finops_report.sections.spend_by_provider import provider_colours
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_sentence


@dataclass(frozen=True, slots=True)
class ModelLatency:
    """Quantiles of one model in milliseconds; those of the first token are None if it is not recorded."""

    provider: str
    model: str
    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    ttft_p50_ms: float | None
    ttft_p95_ms: float | None


LATENCY_BY_PROVIDER_MODEL = View("latency_by_provider_model", ModelLatency)
OFTEN = 30  # requests: below, a model's median is chance
MOST_MODELS = 15


def section(facts: Facts) -> Section:
    """Return the quantiles of latency of each model."""
    rows = facts.rows(LATENCY_BY_PROVIDER_MODEL)
    fields: tuple[Field[ModelLatency], ...] = (
        provider(facts),
        MODEL,
        REQUESTS,
        P50,
        P95,
        duration("99 % within", lambda row: row.p99_ms),
        duration("First token (median)", lambda row: row.ttft_p50_ms),
    )
    return Section(
        view=LATENCY_BY_PROVIDER_MODEL.name,
        title="Latency by provider and model",
        finding=_finding(rows),
        how_to_read=(
            "The dot is the typical time (median); 95 % of answers arrive within the line, 99 % up to the tick. The "
            "scale is logarithmic. Times are end to end, waits for failed attempts included, with at most 1 % error"
            f"{_timed(facts, rows)}."
        ),
        table=table(rows, fields),
        charts=(_chart(facts, rows),) if rows else (),
        empty="" if rows else "No latencies were recorded.",
    )


def _finding(rows: Sequence[ModelLatency]) -> str:
    often = [row for row in rows if row.requests >= OFTEN] or rows
    if not often:
        return "No latencies were recorded"
    fast, slow = (
        min(often, key=lambda row: (row.p50_ms, row.model)),
        max(often, key=lambda row: (row.p50_ms, row.model)),
    )
    if fast is slow:
        return f"{_name(fast)} has a typical time of {formats.duration(fast.p50_ms)}"
    if formats.duration(fast.p50_ms) == formats.duration(slow.p50_ms):
        return f"All {len(often)} models have a typical time of {formats.duration(fast.p50_ms)}"
    return (
        f"{_name(fast)} is fastest with typically {formats.duration(fast.p50_ms)}, "
        f"{_name(slow)} slowest with {formats.duration(slow.p50_ms)}"
    )


def _name(row: ModelLatency) -> str:
    return formats.shortened(in_sentence("model", row.model), 40)


def _timed(facts: Facts, rows: Sequence[ModelLatency]) -> str:
    """Return how many requests have a time, if not all."""
    timed = sum(row.requests for row in rows)
    if timed == facts.requests:
        return ""
    return f"; a time is on record of {formats.count(timed)} of {formats.plural(facts.requests, 'request')}"


def _chart(facts: Facts, rows: Sequence[ModelLatency]) -> Chart:
    """Return the most used models, the fastest at the bottom."""
    colours = provider_colours(facts)
    most_used = sorted(rows, key=lambda row: (-row.requests, row.provider, row.model))[:MOST_MODELS]
    drawn = [
        Quantiles(
            facts.model_of(row.provider, row.model), colours.get(row.provider, GREY), row.p50_ms, row.p95_ms, row.p99_ms
        )
        for row in sorted(most_used, key=lambda row: (row.p50_ms, row.provider, row.model))
    ]
    return Chart("latency_by_model", "Latency by provider and model", quantiles(drawn))
