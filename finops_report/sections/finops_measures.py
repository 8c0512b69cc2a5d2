"""The measures of AI cost that the FinOps Foundation names, each with its value or why it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from finops_report.analysis.budget_rows import BUDGET_HISTORY, BUDGETS
from finops_report.analysis.forecast import Forecast
from finops_report.analysis.totals import Facts
from finops_report.model import Section
from finops_report.sections.columns import text
from finops_report.sections.tables import Field, table
from finops_report.sections.unusual_spend import JUDGED_HOURS, unusual
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class FinopsMeasures:
    """The measures that requests and attempts tell; None is not recorded, or there was nothing to divide by."""

    cost_per_inference_usd: float | None
    cost_per_token_usd: float | None
    cost_per_call_usd: float | None
    token_yield: float | None
    allocation_coverage: float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its name, its value as text, and what it is."""

    name: str
    value: str
    meaning: str


FINOPS_MEASURES = View("finops_measures", FinopsMeasures)
ANOMALY_RATE, FORECAST_ACCURACY, BUDGET_VARIANCE = "Anomaly rate", "Forecast accuracy", "Budget variance"
WITHOUT = {
    ANOMALY_RATE: ("not recorded", "unusual hours and days, of all that are judged"),
    FORECAST_ACCURACY: ("not recorded", "how near past forecasts came to what was spent then"),
    BUDGET_VARIANCE: ("no budget is set", "spend above or below the budget"),
}


def section(facts: Facts) -> Section | None:
    """Return all measures in their order; None if nothing is recorded."""
    if not facts.requests:
        return None
    found = facts.row(FINOPS_MEASURES)
    fields: tuple[Field[Measure], ...] = (
        text("Measure", lambda row: row.name),
        text("Value", lambda row: row.value),
        text("What it is", lambda row: row.meaning),
    )
    return Section(
        view=FINOPS_MEASURES.name,
        title="FinOps measures",
        finding=_finding(facts, found),
        how_to_read="The measures of AI cost by the names that the FinOps Foundation gives them.",
        table=table(measures(facts, found), fields),
    )


def measures(facts: Facts, found: FinopsMeasures) -> Sequence[Measure]:
    """Return each measure with its value, or with why it has none."""
    per_million = None if found.cost_per_token_usd is None else found.cost_per_token_usd * 1e6
    return (
        Measure("Cost per inference", _money(facts, found.cost_per_inference_usd), "mean cost of a priced request"),
        Measure("Cost per token", _money(facts, per_million, " a million"), "spend over the tokens of priced requests"),
        Measure("Cost per call", _money(facts, found.cost_per_call_usd), "mean cost of a priced attempt at a provider"),
        Measure("Token yield", formats.percent(found.token_yield), "tokens of attempts that did not fail, of all"),
        Measure("Allocation coverage", formats.percent(found.allocation_coverage), "spend that names a team, of all"),
        *(Measure(name, _told(facts, name, absent), meaning) for name, (absent, meaning) in WITHOUT.items()),
    )


def _told(facts: Facts, name: str, absent: str) -> str:
    """Return what another view tells of a measure, else `absent`."""
    return OF_OTHER_VIEWS[name](facts) or absent


def _anomaly_rate(facts: Facts) -> str:
    """Return the unusual hours as a share of those that were judged; '' if none could be, or nobody wants to know."""
    judged = facts.row(JUDGED_HOURS).judged_hours
    if facts.unusual is None or not judged:
        return ""
    return formats.percent(min(1.0, sum(row.hours for row in unusual(facts)) / judged))


def _forecast_accuracy(facts: Facts) -> str:
    """Return how near forecasts of all spend came, in the mean; '' if there were too few."""
    ahead = facts.ahead
    if ahead is None or not ahead.parts:
        return ""
    whole = ahead.parts[0]
    error = whole.forecast.past_error if isinstance(whole.forecast, Forecast) else None
    if whole.hindcast is not None:
        error = abs(whole.hindcast.error)
    return "" if error is None else formats.percent(max(0.0, 1 - error))


def _budget_variance(facts: Facts) -> str:
    """Return how far the company's budget was missed in its last period, or will be in this one; '' without one."""
    budget = facts.company_budget
    if budget is None:
        return "none is set for everything" if facts.rows(BUDGETS) else ""
    over = next((one for one in facts.rows(BUDGET_HISTORY) if one.budget == budget.use.budget), None)
    if over is not None and over.used_share is not None:
        return f"{formats.change(over.used_share - 1)} in {formats.span(over.first_day, over.last_day)}"
    if budget.expected is None:
        return "not known"
    share = facts.currency.amount(budget.expected.usd) / float(budget.use.amount)
    return f"{formats.change(share - 1)} expected"


# The measures that other views tell, in words; '' if they do not.
OF_OTHER_VIEWS: Mapping[str, Callable[[Facts], str]] = {
    ANOMALY_RATE: _anomaly_rate,
    FORECAST_ACCURACY: _forecast_accuracy,
    BUDGET_VARIANCE: _budget_variance,
}


def _money(facts: Facts, usd: float | None, unit: str = "") -> str:
    return formats.NOT_RECORDED if usd is None else f"{facts.money(usd)}{unit}"


def _finding(facts: Facts, found: FinopsMeasures) -> str:
    if found.cost_per_inference_usd is None:
        return "No inference has a known price"
    finding = f"An inference costs {facts.money(found.cost_per_inference_usd)}"
    if found.allocation_coverage is None:
        return finding
    return f"{finding}; {formats.percent(found.allocation_coverage)} of spend names a team"
