"""Forecast what each budget will have used at the end of its period under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from finops_report.analysis.budget_rows import BUDGET_DAYS, BUDGETS
from finops_report.analysis.expected import Expected
from finops_report.analysis.forecast import Forecast, forecast
from finops_report.analysis.month_ahead import HISTORY_DAYS, HistoryDay, series_of, step_of
from finops_report.warehouse import Row


def budgets_ahead(views: Mapping[str, Sequence[Row]]) -> Mapping[str, Expected]:
    """Return what budgets, by name, are expected to have used at the end of their period.

    Missing are those whose period is over, and those of which too little is known (`analysis.forecast`).
    """
    begun = [day for day in HISTORY_DAYS.rows(views[HISTORY_DAYS.name]) if day.is_begun]
    spent: dict[str, dict[date, float]] = {}
    for row in BUDGET_DAYS.rows(views[BUDGET_DAYS.name]):
        spent.setdefault(row.budget, {})[row.day] = float(row.cost_usd or 0)
    found: dict[str, Expected] = {}
    for use in BUDGETS.rows(views[BUDGETS.name]):
        if use.budget in spent:
            expected = _expected(spent[use.budget], begun, use.first_day, use.last_day)
            if expected is not None:
                found[use.budget] = expected
    return found


def _expected(spent: Mapping[date, float], begun: Sequence[HistoryDay], first: date, last: date) -> Expected | None:
    if not begun:
        return None
    series, start, end = series_of(spent, begun), step_of(first, begun), step_of(last, begun) + 1
    if not start <= len(series.usd) < end:  # the period is over, or has not begun
        return None
    made = forecast(series, start, end)
    if not isinstance(made, Forecast):
        return None
    return Expected(*(Decimal(str(round(usd, 9))) for usd in (made.expected_usd, made.low_usd, made.high_usd)))
