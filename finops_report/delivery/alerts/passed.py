"""Find the thresholds that budgets have passed, or are forecast to pass, and put each into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from finops_report.analysis.budgets import Standing, expected_share, gravest
from finops_report.analysis.expected import Expected
from finops_report.analysis.totals import Facts
from finops_report.delivery.alerts.alert import Alert
from finops_report.sections.budgets import breach, missing, scope, used_of
from finops_report.warehouse.views import Cell
from finops_report.wording import formats
from finops_report.wording.bounds import settled

OF_BUDGET = ("owner", "cost_centre", "currency", "requests", "unpriced_requests", "missing_hours", "used_share", "pace")


def alerts(facts: Facts, forecast_thresholds: Mapping[str, Sequence[float]]) -> tuple[Alert, ...]:
    """Return the alerts of all budgets in their period under way, the gravest first.

    Of the thresholds of what is spent only the highest that is reached counts, and so of those of what is forecast
    (`forecast_thresholds`, by budget). One of a forecast that is used already is left out once the budget is used up.
    """
    found = gravest(facts.budgets)
    return tuple(alert for one in found for alert in _of(facts, one, forecast_thresholds.get(one.use.budget, ())))


def _of(facts: Facts, one: Standing, forecast_thresholds: Sequence[float]) -> Iterator[Alert]:
    use = one.use
    name = formats.shortened(use.budget, 60)
    if use.passed_threshold is not None:
        reached = formats.exact_percent(use.passed_threshold)
        level = "is used up" if use.passed_threshold >= 1 else f"has reached {reached}"
        yield _alert(facts, one, "actual", use.passed_threshold, f"Budget '{name}' {level}: {used_of(facts, one)}")
    threshold = _forecast_threshold(facts, one, forecast_thresholds)
    if one.expected is not None and threshold is not None:
        amount = facts.currency.stated_money(use.amount)
        title = f"Budget '{name}' is forecast to end at {facts.money(one.expected.usd)} of {amount}"
        yield _alert(facts, one, "forecast", threshold, title)


def _forecast_threshold(facts: Facts, one: Standing, thresholds: Sequence[float]) -> float | None:
    """Return the highest of `thresholds` that is forecast to be passed, None if there is none to tell of."""
    share = expected_share(facts.currency, one.use, one.expected)
    if share is None:
        return None
    passed = max((threshold for threshold in thresholds if settled(share) > settled(threshold)), default=None)
    is_news = one.state == "at risk" or (passed is not None and passed > (one.use.used_share or 0.0))
    return passed if is_news else None


def _alert(facts: Facts, one: Standing, kind: str, threshold: float, title: str) -> Alert:
    use = one.use
    return Alert(
        budget=use.budget,
        period=f"{use.first_day} to {use.last_day}",
        kind=kind,
        threshold=Decimal(str(threshold)),
        title=title,
        facts=_facts(facts, one),
        figures=_figures(facts, one),
    )


def _facts(facts: Facts, one: Standing) -> Mapping[str, str]:
    use = one.use
    share = "" if use.used_share is None else f" ({formats.percent(use.used_share, (1.0,))})"
    found = {
        "Used": f"{used_of(facts, one)}{share}",
        "Period": f"{formats.span(use.first_day, use.last_day)}, {formats.percent(use.passed_share)} passed",
        "Forecast": _range(facts, one.expected),
        "Breach": breach(one),
        "For": scope(one),
        "Owner": use.owner,
        "Cost centre": use.cost_centre,
        "Not known": missing(one),
    }
    return {label: text for label, text in found.items() if text}


def _range(facts: Facts, expected: Expected | None) -> str:
    if expected is None:
        return ""
    low, high = facts.money(expected.low_usd), facts.money(expected.high_usd)
    return f"{facts.money(expected.usd)} at the end, in 8 of 10 cases between {low} and {high}"


def _figures(facts: Facts, one: Standing) -> Mapping[str, str | float | None]:
    use, rows = one.use, asdict(one.use)
    money = {
        "amount": float(use.amount),
        "used": None if use.used_usd is None else facts.currency.amount(use.used_usd),
        "expected": None if one.expected is None else facts.currency.amount(one.expected.usd),
    }
    days = {name: _plain(rows[name]) for name in ("first_day", "last_day", "breached_on", "breach_expected_on")}
    return money | days | {"state": one.state} | {name: _plain(rows[name]) for name in OF_BUDGET} | use.scope


def _plain(value: Cell) -> str | float | None:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
