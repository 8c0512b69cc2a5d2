"""Judge every budget in its period under way, and in those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finops_report.analysis.budget_rows import BUDGET_HISTORY, BUDGETS, BudgetUse, PastUse
from finops_report.analysis.expected import Expected
from finops_report.analysis.rules.budgets import BUDGET_RULE, GRAVEST_FIRST, VERDICTS, BudgetRule, State
from finops_report.analysis.totals import Facts
from finops_report.analysis.verdict import Verdict
from finops_report.warehouse import Row
from finops_report.wording.currency import Currency


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget with its state, why that is not known ('' if it is), what is expected, and how earlier periods ended."""

    use: BudgetUse
    state: State
    unknown: str
    expected: Expected | None
    before: tuple[State, ...]

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.state]


def standings(facts: Facts, rule: BudgetRule = BUDGET_RULE) -> tuple[Standing, ...]:
    """Return all budgets as they stand, in the order of the settings."""
    return judged(facts.views, facts.currency, facts.expected, rule)


def judged(
    views: Mapping[str, Sequence[Row]],
    currency: Currency,
    expected: Mapping[str, Expected],
    rule: BudgetRule = BUDGET_RULE,
) -> tuple[Standing, ...]:
    """Return all budgets as they stand by the rows of their views; `expected` is what they will come to, by name."""
    past = BUDGET_HISTORY.rows(views[BUDGET_HISTORY.name])
    return tuple(
        _standing(
            use,
            currency,
            expected.get(use.budget),
            tuple(_past_state(one, rule) for one in past if one.budget == use.budget),
            rule,
        )
        for use in BUDGETS.rows(views[BUDGETS.name])
    )


def gravest(found: Sequence[Standing]) -> tuple[Standing, ...]:
    """Return budgets with the gravest state first, else in their order."""
    return tuple(sorted(found, key=lambda one: GRAVEST_FIRST.index(one.state)))


def company_budget(facts: Facts) -> Standing | None:
    """Return the budget of the whole company that stands worst; None if there is none."""
    return next(iter(gravest([one for one in standings(facts) if not one.use.scope])), None)


def _standing(
    use: BudgetUse, currency: Currency, expected: Expected | None, before: tuple[State, ...], rule: BudgetRule
) -> Standing:
    if not use.is_scope_recorded:
        return Standing(use, "not known", "nothing is recorded of its scope", expected, before)
    missing, unpriced = _share(use.missing_hours, use.passed_hours), _share(use.unpriced_requests, use.requests)
    state = rule.state(
        used_share=use.used_share,
        pace=use.pace,
        passed_share=use.passed_share,
        missing_share=missing,
        unpriced_share=unpriced,
        forecast_ratio=_forecast_ratio(currency, use, expected),
    )
    return Standing(use, state, _unknown(state, missing, unpriced, rule), expected, before)


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
