"""Say how the budgets stand on the live page: by the rule of the report, as far as a moment can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from finops_report.analysis.rules.budgets import GRAVEST_FIRST, VERDICTS, State
from finops_report.analysis.verdict import Verdict
from finops_report.live.plan import Plan
from finops_report.pictures.budget_bar import budget_bar
from finops_report.warehouse.live import BudgetRow, BudgetSpan
from finops_report.wording import budgets as wording
from finops_report.wording import formats

MOST_BARS = 6


@dataclass(frozen=True, slots=True)
class BudgetWords:
    """One budget: its state with the sign of a verdict, its bar, what is used of it and of its time."""

    name: str
    state: State
    verdict: Verdict
    bar: Markup
    used: str
    so_far: str


def budgets(plan: Plan, spans: Sequence[BudgetSpan], rows: Sequence[BudgetRow]) -> tuple[BudgetWords, ...]:
    """Return all budgets, the gravest first."""
    days = {span.period: span for span in spans}
    said = [_words(plan, days[plan.budgets[row.number].period], row) for row in rows]
    return tuple(sorted(said, key=lambda one: GRAVEST_FIRST.index(one.state)))


def others(rest: Sequence[BudgetWords]) -> str:
    """Return what is said of budgets without a bar: 'and 3 more: within'; '' if there are none."""
    states = " or ".join(dict.fromkeys(one.state for one in rest))
    return f"and {formats.count(len(rest))} more: {states}" if rest else ""


def _words(plan: Plan, span: BudgetSpan, row: BudgetRow) -> BudgetWords:
    budget = plan.budgets[row.number]
    state = plan.rule.state(
        used_share=row.used_share,
        pace=row.pace,
        passed_share=row.passed_share,
        missing_share=0.0,  # what is not recorded of the period only a report can tell
        unpriced_share=row.unpriced_share or 0.0,
    )
    unpriced = f"{formats.plural(row.unpriced_requests, 'request')} without a price" if row.unpriced_requests else ""
    so_far = wording.so_far(
        plan.currency, row.used_share, row.passed_share, (span.first_day, span.last_day), None, None
    )
    return BudgetWords(
        name=formats.shortened(budget.budget, 40),
        state=state,
        verdict=VERDICTS[state],
        bar=Markup(budget_bar(row.used_share or 0.0, row.passed_share)),  # noqa: S704 -- of numbers alone
        used=wording.used_of(plan.currency, row.used_usd, budget.amount),
        so_far=", ".join(filter(None, (so_far, unpriced))),
    )
