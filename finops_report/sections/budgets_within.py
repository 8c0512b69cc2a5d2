"""What of a budget lies in the budgets within it, and what no budget takes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from finops_report.analysis.budget_rows import BUDGETS
from finops_report.analysis.integrity import DIGITS, Sum
from finops_report.analysis.totals import Facts, share_of
from finops_report.model import Section
from finops_report.sections.columns import count, money, text
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class BudgetPart:
    """A part of what is used of a budget: that of the budget `part` within it, of several of these, or of none."""

    budget: str
    kind: str
    part: str | None
    requests: int
    cost_usd: Decimal | None
    unpriced_requests: int


BUDGETS_WITHIN = View("budgets_within", BudgetPart)
NOBODY, SEVERAL = "no budget", "several budgets"


def section(facts: Facts) -> Section | None:
    """Return what lies in which budget; None if none lies within another."""
    rows = facts.rows(BUDGETS_WITHIN)
    if not rows:
        return None
    fields: tuple[Field[BudgetPart], ...] = (
        text("Budget", lambda row: row.budget),
        text("Lies in", _part),
        money(facts.currency, "Spend", lambda row: row.cost_usd),
        count("Requests", lambda row: row.requests),
        count("Without a price", lambda row: row.unpriced_requests),
    )
    return Section(
        view=BUDGETS_WITHIN.name,
        title="Budgets within budgets",
        finding=_finding(facts, rows),
        how_to_read="A budget lies within another if its scope is a part of the other's and its period is no longer. "
        "The parts of a budget add up to what is used of it in its period under way.",
        table=table(rows, fields),
        adds_up=tuple(_sum(facts, rows, budget) for budget in dict.fromkeys(row.budget for row in rows)),
    )


def _part(row: BudgetPart) -> str:
    return row.kind if row.part is None else row.part


def _sum(facts: Facts, rows: Sequence[BudgetPart], budget: str) -> Sum:
    (used,) = (use.used_usd or Decimal(0) for use in facts.rows(BUDGETS) if use.budget == budget)
    return Sum(
        BUDGETS_WITHIN.name, f"cost_usd of {budget}", _spend([row for row in rows if row.budget == budget]), used
    )


def _finding(facts: Facts, rows: Sequence[BudgetPart]) -> str:
    """Speak of the budget of which most lies in no other."""
    uncovered = max((row for row in rows if row.kind == NOBODY), key=lambda row: row.cost_usd or Decimal(0))
    name = formats.shortened(uncovered.budget, 40)
    if not uncovered.cost_usd:
        return "All that is used of a budget lies in the budgets within it"
    whole = _spend([row for row in rows if row.budget == uncovered.budget])
    share = share_of(uncovered.cost_usd, whole)
    return f"{facts.money(uncovered.cost_usd)} of {name} ({share}) lies in no budget within it"


def _spend(rows: Sequence[BudgetPart]) -> Decimal:
    with localcontext(prec=DIGITS):
        return sum((row.cost_usd for row in rows if row.cost_usd is not None), Decimal(0))
