"""What fallbacks cost above the first choice, model by model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finops_report.analysis.totals import Facts
from finops_report.model import Section
from finops_report.sections.columns import count, money, text
from finops_report.sections.tables import Field, table
from finops_report.sections.unseen import unseen
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_table


@dataclass(frozen=True, slots=True)
class Fallback:
    """Requests one model answered for another; `extra_usd` is None if the first choice has no known price."""

    from_provider: str
    from_model: str
    to_provider: str
    to_model: str
    requests: int
    extra_usd: float | None
    uncompared_requests: int


FALLBACKS_PAID = View("fallbacks_paid", Fallback)


def section(facts: Facts) -> Section:
    """Return the models that answered for others, and what that cost."""
    rows = facts.rows(FALLBACKS_PAID)
    fields: tuple[Field[Fallback], ...] = (
        text("First choice", lambda row: in_table("model", row.from_model)),
        text("Answered by", lambda row: in_table("model", row.to_model)),
        text("Provider", lambda row: facts.called(row.to_provider)),
        count("Requests", lambda row: row.requests, summed=True),
        money(facts.currency, "Above the first choice", lambda row: row.extra_usd, summed=True),
        count("Not comparable", lambda row: row.uncompared_requests, summed=True),
    )
    return Section(
        view=FALLBACKS_PAID.name,
        title="Fallbacks and their price",
        finding=_finding(facts, rows) if rows else _nothing(facts),
        how_to_read="A fallback answered for the model first chosen. Compared with the same tokens at that model's "
        "mean price in this period; below zero the fallback was cheaper.",
        table=table(rows, fields),
        empty="" if rows else _none(facts),
    )


def extra_usd(facts: Facts) -> float:
    """Return what fallbacks cost above the first choice in all; below zero if they were cheaper."""
    return sum(row.extra_usd or 0.0 for row in facts.rows(FALLBACKS_PAID))


def _nothing(facts: Facts) -> str:
    return "Fallbacks cannot be seen" if unseen(facts) else "No request was answered by a fallback"


def _none(facts: Facts) -> str:
    return unseen(facts) or "Every answer came from the model first chosen."


def _finding(facts: Facts, rows: Sequence[Fallback]) -> str:
    requests, extra = sum(row.requests for row in rows), extra_usd(facts)
    went = f"{formats.plural(requests, 'request')} went to another model than the first choice"
    uncompared = sum(row.uncompared_requests for row in rows)
    if uncompared == requests:
        return f"{went}; what that cost above it is unknown"
    unknown = f"; of {formats.count(uncompared)} it is unknown" if uncompared else ""
    if not extra:
        return f"{went}, at the same price{unknown}"
    return f"{went}, for {facts.money(abs(extra))} {'more' if extra > 0 else 'less'}{unknown}"
