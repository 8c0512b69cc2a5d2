"""Judge every budget in its period under way, and in those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finops_report.analysis.budget_rows import BUDGET_HISTORY, BUDGETS, BudgetUse, PastUse
from finops_report.analysis.expected import Expected
from finops_report.analysis.rules.budgets import GRAVEST_FIRST, VERDICTS, BudgetRule, State
from finops_report.analysis.rules.company import CompanyRules
from finops_report.analysis.verdict import Verdict
from finops_report.warehouse import Row
from finops_report.wording.currency import Currency


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget with its state, why that is not known ('' if it is), what is expected, and how earlier periods ended.

    `pace_counts` says whether so much of the period has passed that its pace says something.
    """

    use: BudgetUse
    state: State
    unknown: str
    expected: Expected | None
    before: tuple[State, ...]
    verdict: Verdict
    pace_counts: bool


def judged(
    views: Mapping[str, Sequence[Row]], currency: Currency, expected: Mapping[str, Expected], judged_by: CompanyRules
) -> tuple[Standing, ...]:
    """Return all budgets as they stand by the rows of their views, in the order of the settings.

    `expected` is what they will come to, by name.
    """
    past = BUDGET_HISTORY.rows(views[BUDGET_HISTORY.name])
    found = []
    for use in BUDGETS.rows(views[BUDGETS.name]):
        before = tuple(_past_state(one, judged_by.rules.budgets) for one in past if one.budget == use.budget)
        found.append(_standing(use, currency, expected.get(use.budget), before, judged_by))
    return tuple(found)


def gravest(found: Sequence[Standing]) -> tuple[Standing, ...]:
    """Return budgets with the gravest state first, else in their order."""
    return tuple(sorted(found, key=lambda one: GRAVEST_FIRST.index(one.state)))


def company_budget(found: Sequence[Standing]) -> Standing | None:
    """Return the budget of the whole company that stands worst; None if there is none."""
    return next((one for one in gravest(found) if not one.use.scope), None)


def _standing(
    use: BudgetUse,
    currency: Currency,
    expected: Expected | None,
    before: tuple[State, ...],
    judged_by: CompanyRules,
) -> Standing:
    rule = judged_by.rules.budgets
    missing, unpriced = _share(use.missing_hours, use.passed_hours), _share(use.unpriced_requests, use.requests)
    state: State = "not known"
    unknown = "nothing is recorded of its scope"
    if use.is_scope_recorded:
        state = rule.state(
            used_share=use.used_share,
            pace=use.pace,
            passed_share=use.passed_share,
            missing_share=missing,
            unpriced_share=unpriced,
            forecast_ratio=_forecast_ratio(currency, use, expected),
        )
        unknown = _unknown(state, missing, unpriced, rule)
    verdict = VERDICTS[state] if judged_by.judges_by_budgets else "not judged"
    return Standing(use, state, unknown, expected, before, verdict, rule.pace_counts(use.passed_share))


def _unknown(state: State, missing_share: float, unpriced_share: float, rule: BudgetRule) -> str:
    if state != "not known":
        return ""
    reasons = (
        "hours are missing" if rule.lacks_hours(missing_share) else "",
        "prices are missing" if rule.lacks_prices(unpriced_share) else "",
    )
    return " and ".join(filter(None, reasons))


def expected_share(currency: Currency, use: BudgetUse, expected: Expected | None) -> float | None:
    """Return which share of a budget is expected to be used at the end of its period; None if nothing is forecast."""
    return None if expected is None else currency.amount(expected.usd) / float(use.amount)


def _forecast_ratio(currency: Currency, use: BudgetUse, expected: Expected | None) -> float | None:
    share = expected_share(currency, use, expected)
    return None if share is None or use.forecast_threshold is None else share / use.forecast_threshold


def _past_state(past: PastUse, rule: BudgetRule) -> State:
    """Return how a period ended: over, it is at risk no more."""
    if not past.is_scope_recorded:
        return "not known"
    return rule.state(
        used_share=past.used_share,
        pace=None,
        passed_share=1.0,
        missing_share=_share(past.missing_hours, past.passed_hours),
        unpriced_share=_share(past.unpriced_requests, past.requests),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
