"""The cost of failure: attempts that failed, and the time and money they took."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from finops_report.analysis.attempts import ATTEMPTS_BY_PROVIDER, ProviderAttempts
from finops_report.analysis.totals import Facts
from finops_report.model import Section
from finops_report.sections.columns import count, in_minutes, minutes, money, percent
from finops_report.sections.fallbacks_paid import extra_usd
from finops_report.sections.shared_columns import provider
from finops_report.sections.tables import Field, table
from finops_report.sections.unseen import ATTEMPTS_NOT_RECORDED, at_unknown_cost
from finops_report.wording import formats


def section(facts: Facts) -> Section:
    """Return what failed attempts cost, provider by provider."""
    rows = facts.rows(ATTEMPTS_BY_PROVIDER)
    fields: tuple[Field[ProviderAttempts], ...] = (
        provider(facts),
        count("Attempts", lambda row: row.attempts, summed=True),
        count("Failed", lambda row: row.failed_attempts, summed=True),
        percent("Failure rate", lambda row: row.failure_rate),
        minutes("Time lost", lambda row: row.failed_minutes, summed=True),
        money(facts.currency, "Paid for failures", lambda row: row.failed_cost_usd, summed=True),
        count("Failed at unknown cost", lambda row: row.unpriced_failed_attempts, summed=True),
    )
    return Section(
        view=ATTEMPTS_BY_PROVIDER.name,
        title="The cost of failure",
        finding=_finding(facts, rows) if rows else "Failures at providers cannot be seen",
        how_to_read="An attempt is one try at one provider; a request may need several. 'Failed at unknown cost' "
        "counts attempts that used something, but nobody knows what it cost: no amount has it. What fallbacks cost "
        "above the first choice is listed under 'Fallbacks and their price'.",
        table=table(rows, fields),
        empty="" if rows else ATTEMPTS_NOT_RECORDED,
    )


def _finding(facts: Facts, rows: Sequence[ProviderAttempts]) -> str:
    extra, lost = Decimal(extra_usd(facts)), sum(row.failed_minutes for row in rows)
    paid = sum((row.failed_cost_usd for row in rows), Decimal(0))
    billed = f"cost {facts.money(paid)}" if paid else "were not billed, as far as is recorded"
    unknown = at_unknown_cost(sum(row.unpriced_failed_attempts for row in rows))
    waited = f"took {in_minutes(lost)} of waiting" if lost else "took a time that is not recorded"  # none takes none
    finding = f"failed attempts {waited} and {billed}{unknown}"
    if not any(row.failed_attempts for row in rows):
        finding = "no attempt on record failed"
    way = "above" if extra > 0 else "below"
    fallbacks = f"fallbacks cost {facts.money(abs(extra))} {way} the first choice"
    parts = formats.largest_first(finding, paid, fallbacks, abs(extra))
    return f"{parts[0].upper()}{parts[1:]}"
