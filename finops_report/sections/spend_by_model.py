"""What was bought: spend and its share by model, and what caching saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.integrity import sums
from finops_report.analysis.totals import TOTALS, Facts
from finops_report.charts import Chart
from finops_report.charts.colours import GREY
from finops_report.model import Section
from finops_report.sections.columns import money, money_or_nothing
from finops_report.sections.shared_columns import IN, MODEL, OUT, REQUESTS, SHARE, UNPRICED, provider, spend
from finops_report.sections.shares import Slice, shares
from finops_report.sections.spend_by_provider import provider_colours
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_sentence


@dataclass(frozen=True, slots=True)
class ModelSpend:
    """One model of one provider; spend and shares are None if none of its requests has a known price."""

    provider: str
    model: str
    requests: int
    cost_usd: Decimal | None
    share: float | None
    cost_per_request_usd: float | None
    unpriced_requests: int
    input_tokens: int | None
    output_tokens: int | None
    cache_savings_usd: Decimal | None
    rank: int


SPEND_BY_MODEL = View("spend_by_model", ModelSpend)
MOST_BARS = 12


def section(facts: Facts) -> Section:
    """Return spend divided among models."""
    rows = facts.rows(SPEND_BY_MODEL)
    fields: tuple[Field[ModelSpend], ...] = (
        provider(facts),
        MODEL,
        spend(facts.currency),
        SHARE,
        REQUESTS,
        money(facts.currency, "Per request", lambda row: row.cost_per_request_usd),
        IN,
        OUT,
        money_or_nothing(facts.currency, "Saved by caching", lambda row: row.cache_savings_usd, summed=True),
        UNPRICED,
    )
    return Section(
        view=SPEND_BY_MODEL.name,
        title="Spend by model",
        finding=f"{_finding(rows)}{_cache_finding(facts)}",
        how_to_read="Largest first, in the colour of the provider.",
        table=table(rows, fields),
        charts=(_chart(facts, rows),) if rows else (),
        empty="" if rows else "Nothing was recorded.",
        adds_up=sums(facts, SPEND_BY_MODEL),
    )


def _finding(rows: Sequence[ModelSpend]) -> str:
    if not rows:
        return "No models were recorded"
    few = [(in_sentence("model", row.model), row.share) for row in rows[:3] if row.share]
    if not few:
        return "No model has a known price" if any(row.cost_usd is None for row in rows) else "No model cost anything"
    names = formats.listed(formats.distinct([model for model, _ in few], 30))
    return (
        f"{names} {'make' if len(few) > 1 else 'makes'} up {formats.percent(sum(share for _, share in few))} of spend"
    )


def _cache_finding(facts: Facts) -> str:
    saved = facts.row(TOTALS).cache_savings_usd
    if not saved:
        return ""
    if saved < 0:
        return f"; caching added {facts.money(-saved)}"
    return f"; caching saved {facts.money(saved)} ({formats.percent(saved / (facts.cost_usd + saved))})"


def _chart(facts: Facts, rows: Sequence[ModelSpend]) -> Chart:
    colours = provider_colours(facts)
    slices = [
        Slice(
            facts.model_of(row.provider, row.model),
            colours.get(row.provider, GREY),
            row.cost_usd,
            row.share,
            requests=row.requests,
        )
        for row in rows
    ]
    return Chart("spend_by_model", "Spend by model", shares(facts.currency, slices, MOST_BARS))
