"""Requests that a guardrail of the settings would forbid, and that were made all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.model import Section
from finops_report.sections.columns import count, money, text
from finops_report.sections.shared_columns import MODEL, provider
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class OutsidePolicy:
    """Requests of one team to one model that one guardrail would forbid; of the exempt ones it would let through."""

    guardrail: str
    team: str
    provider: str
    model: str
    requests: int
    exempt_requests: int
    cost_usd: Decimal | None
    unpriced_requests: int


OUTSIDE_POLICY = View("outside_policy", OutsidePolicy)
HOW = (
    "Held against the guardrails of finops.toml is what telemetry has: the provider and the model that answered, the "
    "region if the provider named it, the tokens; texts and tools are not recorded. A request that two guardrails "
    "would forbid is in two rows. Exempt: the team had an exception at the time."
)


def section(facts: Facts) -> Section | None:
    """Return the requests outside policy, the most first; None if there are none."""
    rows = facts.rows(OUTSIDE_POLICY)
    if not rows:
        return None
    fields: tuple[Field[OutsidePolicy], ...] = (
        text("Guardrail", lambda row: row.guardrail),
        text("Team", lambda row: row.team),
        provider(facts),
        MODEL,
        count("Requests", lambda row: row.requests),  # a request may be in several rows: they are not added up
        count("Exempt", lambda row: row.exempt_requests),
        money(facts.currency, "Spend", lambda row: row.cost_usd),
        count("Without a price", lambda row: row.unpriced_requests),
    )
    return Section(
        view=OUTSIDE_POLICY.name,
        title="Requests outside policy",
        finding=_finding(facts, rows),
        how_to_read=HOW,
        table=table(rows, fields),
    )


def _finding(facts: Facts, rows: Sequence[OutsidePolicy]) -> str:
    """Return the guardrail with most of them: one request may be outside of several."""
    by_guardrail: dict[str, list[OutsidePolicy]] = {}
    for row in rows:
        by_guardrail.setdefault(row.guardrail, []).append(row)
    name, most = max(by_guardrail.items(), key=lambda item: sum(row.requests for row in item[1]))
    requests, exempt = sum(row.requests for row in most), sum(row.exempt_requests for row in most)
    spent = sum((row.cost_usd for row in most if row.cost_usd is not None), Decimal(0))
    unpriced = sum(row.unpriced_requests for row in most)
    unknown = f", {formats.count(unpriced)} at unknown cost" if unpriced else ""
    let_through = f", {formats.count(exempt)} of them exempt" if exempt else ""
    others = f"; {formats.plural(len(by_guardrail) - 1, 'more guardrail')} had some" if len(by_guardrail) > 1 else ""
    return (
        f"{formats.plural(requests, 'request')} for {facts.money(spent)} outside '{formats.shortened(name, 40)}'"
        f"{unknown}{let_through}{others}"
    )
