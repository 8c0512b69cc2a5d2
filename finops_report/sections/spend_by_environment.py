"""Where it runs: spend by environment, with what names none shown as such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.integrity import sums
from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.colours import GREY, SERIES
from finops_report.model import Section
from finops_report.sections.columns import text
from finops_report.sections.shared_columns import REQUESTS, SHARE, UNPRICED, spend
from finops_report.sections.shares import Slice, shares
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats

NONE = "no environment"
MOST_BARS = 8


@dataclass(frozen=True, slots=True)
class EnvironmentSpend:
    """One environment, None for requests that name none; spend and share are None if nothing has a known price."""

    environment: str | None
    requests: int
    cost_usd: Decimal | None
    share: float | None
    unpriced_requests: int


SPEND_BY_ENVIRONMENT = View("spend_by_environment", EnvironmentSpend)


def section(facts: Facts) -> Section | None:
    """Return spend divided among environments; None if no request names one."""
    rows = facts.rows(SPEND_BY_ENVIRONMENT)
    if not any(row.environment for row in rows):
        return None
    fields: tuple[Field[EnvironmentSpend], ...] = (
        text("Environment", _name),
        spend(facts.currency),
        SHARE,
        REQUESTS,
        UNPRICED,
    )
    return Section(
        view=SPEND_BY_ENVIRONMENT.name,
        title="Spend by environment",
        finding=_finding(facts, rows),
        how_to_read=f"Largest first; requests that name no environment are shown as '{NONE}', in grey.",
        table=table(rows, fields),
        charts=(_chart(facts, rows),),
        adds_up=sums(facts, SPEND_BY_ENVIRONMENT),
    )


def _name(row: EnvironmentSpend) -> str:
    return NONE if row.environment is None else row.environment


def _finding(facts: Facts, rows: Sequence[EnvironmentSpend]) -> str:
    largest = next(row for row in rows if row.environment)
    if largest.share is None:
        return "No environment has a known price"
    finding = f"{formats.shortened(_name(largest), 40)} is {formats.percent(largest.share)} of spend"
    unnamed = sum((row.cost_usd or Decimal(0) for row in rows if row.environment is None), Decimal(0))
    return formats.largest_first(finding, largest.cost_usd, f"{facts.money(unnamed)} has no environment", unnamed)


def _chart(facts: Facts, rows: Sequence[EnvironmentSpend]) -> Chart:
    slices = [
        Slice(
            _name(row),
            SERIES[0] if row.environment else GREY,
            row.cost_usd,
            row.share,
            requests=row.requests,
        )
        for row in rows
    ]
    return Chart("spend_by_environment", "Spend by environment", shares(facts.currency, slices, MOST_BARS))
