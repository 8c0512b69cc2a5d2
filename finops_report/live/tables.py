"""Make the tables of the live page: what providers were paid, how they do, and who stood in for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finops_report.analysis.verdict import Verdict
from finops_report.live.health import RULE
from finops_report.live.plan import Plan
from finops_report.model import Table
from finops_report.sections.columns import count, money, text
from finops_report.sections.tables import Field, table
from finops_report.warehouse.live import FailoverRow, HealthRow, LiveMoments, ProviderRow
from finops_report.wording import formats

Names = Mapping[str, str]  # of providers for readers, by what is recorded


@dataclass(frozen=True, slots=True)
class HealthWords:
    """One provider: how it does in a word, with the sign of a verdict."""

    provider: str
    word: str
    verdict: Verdict
    tries: str
    failed: str
    typical: str


def provider_table(plan: Plan, names: Names, rows: Sequence[ProviderRow]) -> Table | None:
    """Return what each provider was paid today; None if no request was made."""
    fields: tuple[Field[ProviderRow], ...] = (
        text("Provider", lambda row: names[row.provider]),
        money(plan.currency, "Spend", lambda row: row.cost_usd, summed=True),
        count("Requests", lambda row: row.requests, summed=True),
        count("Not answered", lambda row: row.failed_requests, summed=True),
        count("Without a price", lambda row: row.unpriced_requests, summed=True),
    )
    return table(rows, fields) if rows else None


def failover_table(plan: Plan, moments: LiveMoments, names: Names, rows: Sequence[FailoverRow]) -> Table | None:
    """Return the newest failovers; None if there were none."""

    def when(row: FailoverRow) -> str:
        at = plan.local(row.last_us)
        return f"{at:%H:%M:%S}" if row.last_us >= moments.today_us else formats.moment(at)

    fields: tuple[Field[FailoverRow], ...] = (
        text("Last at", when),
        text("From", lambda row: f"{names[row.provider]} {row.model}"),
        text("To", lambda row: f"{names[row.to_provider]} {row.to_model}"),
        text("Why", lambda row: row.reason.replace("_", " ")),
        count("Times", lambda row: row.times),
    )
    return table(rows, fields) if rows else None


def health(plan: Plan, names: Names, rows: Sequence[HealthRow]) -> tuple[HealthWords, ...]:
    """Return all providers that may be asked or were, the worst first; those without traffic last."""
    tried = {row.provider: row for row in rows}
    idle = [name for name in sorted(plan.providers) if name not in tried]
    worst_first = sorted(rows, key=lambda row: (-row.failed_share, row.provider))
    return (*(_tried(names, row) for row in worst_first), *(_idle(names[name]) for name in idle))


def _tried(names: Names, row: HealthRow) -> HealthWords:
    word, verdict = RULE.word(row.failed_share)
    typical = "" if row.p50_ms is None else formats.duration(row.p50_ms)
    share = formats.percent(row.failed_share)
    return HealthWords(names[row.provider], word, verdict, formats.count(row.tries), share, typical)


def _idle(name: str) -> HealthWords:
    word, verdict = RULE.word(None)
    return HealthWords(name, word, verdict, "0", "", "")
