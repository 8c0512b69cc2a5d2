"""Who the money went to: spend and its share by provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.integrity import sums
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.colours import by_rank
from finops_report.model import Section
from finops_report.sections.compared import share_moved
from finops_report.sections.shared_columns import IN, OUT, REQUESTS, SHARE, UNPRICED, provider, spend
from finops_report.sections.shares import Slice, shares
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class ProviderSpend:
    """One provider; spend and shares are None if none of its requests has a known price."""

    provider: str
    requests: int
    cost_usd: Decimal | None
    share: float | None
    unpriced_requests: int
    input_tokens: int
    output_tokens: int
    old_share: float | None
    new_share: float | None


SPEND_BY_PROVIDER = View("spend_by_provider", ProviderSpend)
MOST_BARS = 8


def section(facts: Facts) -> Section:
    """Return spend divided among providers."""
    rows = facts.rows(SPEND_BY_PROVIDER)
    fields: tuple[Field[ProviderSpend], ...] = (
        provider(facts),
        spend(facts.currency),
        SHARE,
        REQUESTS,
        IN,
        OUT,
        UNPRICED,
    )
    return Section(
        view=SPEND_BY_PROVIDER.name,
        title="Spend by provider",
        finding=_finding(facts, rows),
        how_to_read="Largest first. The label gives the spend and its share of all spend with a known price.",
        table=table(rows, fields),
        charts=(_chart(facts, rows),) if rows else (),
        empty="" if rows else "Nothing was recorded in this period.",
        adds_up=sums(facts, SPEND_BY_PROVIDER),
    )


def provider_colours(facts: Facts) -> Mapping[str, str]:
    """Return the colour of each provider, which it has in every chart: by its rank in spend, the tail in grey."""
    return by_rank([row.provider for row in facts.rows(SPEND_BY_PROVIDER)])


def name_colours(facts: Facts) -> Mapping[str, str]:
    """Return the colours by the names that readers know the providers by."""
    return {facts.called(provider): colour for provider, colour in provider_colours(facts).items()}


def _finding(facts: Facts, rows: Sequence[ProviderSpend]) -> str:
    if not rows or rows[0].share is None:
        return "No spend to divide among providers"
    top = rows[0]
    moved = share_moved(facts, top.old_share, top.new_share)
    if top.provider == formats.NOT_RECORDED:
        return f"{formats.percent(top.share)} of spend has no provider{moved}"
    return f"{formats.shortened(facts.called(top.provider))} is {formats.percent(top.share)} of spend{moved}"


def _chart(facts: Facts, rows: Sequence[ProviderSpend]) -> Chart:
    colours = provider_colours(facts)
    slices = [
        Slice(facts.called(row.provider), colours[row.provider], row.cost_usd, row.share, requests=row.requests)
        for row in rows
    ]
    return Chart("spend_by_provider", "Spend by provider", shares(facts.currency, slices, MOST_BARS))
