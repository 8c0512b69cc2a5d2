"""Which thresholds are passed, and what an alert says of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from finops_report.analysis.budgets import Standing
from finops_report.analysis.expected import Expected
from finops_report.analysis.rules.budgets import State
from finops_report.analysis.totals import Facts, facts
from finops_report.delivery.alerts.alert import Alert
from finops_report.delivery.alerts.passed import alerts
from finops_report.warehouse import ViewRows
from finops_report.wording.currency import US_DOLLARS
from tests.finops_report.analysis.standing import standing

LIKELY = Expected(Decimal(130), Decimal(110), Decimal(150))


@pytest.fixture
def found(month_rows: ViewRows) -> Facts:
    return facts(month_rows, US_DOLLARS)


def alerts_of(found: Facts, one: Standing, thresholds: tuple[float, ...] = (1.0,)) -> tuple[Alert, ...]:
    return alerts(replace(found, budgets=(one,)), {"All": thresholds})


def test_nothing_passed_is_nothing_told(found: Facts) -> None:
    assert alerts_of(found, standing(0.3, 0.5, "within")) == ()


def test_the_highest_threshold_alone_is_told(found: Facts) -> None:
    one = standing(0.85, 0.9, "within")
    (alert,) = alerts_of(found, replace(one, use=replace(one.use, passed_threshold=0.8)))
    assert alert.title == "Budget 'All' has reached 80 %: $85.00 of $100.00"
    assert alert.key == "All, 2026-10-01 to 2026-10-31, actual 0.8"
    assert alert.facts["Owner"] == "Ada"
    assert alert.figures["used"] == 85.0


def test_a_forecast_above_its_threshold_is_told_before_it_happens(found: Facts) -> None:
    (alert,) = alerts_of(found, standing(0.3, 0.3, "at risk", LIKELY))
    assert alert.title == "Budget 'All' is forecast to end at $130.00 of $100.00"
    assert alert.facts["Forecast"] == "$130.00 at the end, in 8 of 10 cases between $110.00 and $150.00"
    assert alert.kind == "forecast"


def test_of_a_budget_that_is_used_up_no_forecast_is_told(found: Facts) -> None:
    one = standing(1.2, 0.9, "breached", LIKELY)
    (alert,) = alerts_of(found, replace(one, use=replace(one.use, passed_threshold=1.0)))
    assert alert.title == "Budget 'All' is used up: $120.00 of $100.00"


def test_a_forecast_within_the_budget_is_no_alert(found: Facts) -> None:
    likely = replace(LIKELY, usd=Decimal(100))
    assert alerts_of(found, standing(0.3, 0.3, "within", likely)) == ()


@pytest.mark.parametrize(("expected_usd", "told"), [(130, ["1.2"]), (115, ["1"]), (160, ["1.5"]), (100, [])])
def test_each_forecast_threshold_is_told_as_soon_as_it_is_forecast(
    found: Facts, expected_usd: int, told: list[str]
) -> None:
    likely = replace(LIKELY, usd=Decimal(expected_usd))
    state: State = "at risk" if expected_usd > 100 else "within"
    told_of = alerts_of(found, standing(0.3, 0.3, state, likely), (1.0, 1.2, 1.5))
    assert [alert.key.rpartition(" ")[2] for alert in told_of] == told


def test_of_a_budget_that_is_used_up_a_higher_forecast_is_told(found: Facts) -> None:
    one = standing(1.1, 0.9, "breached", LIKELY)
    (alert,) = alerts_of(found, one, (1.0, 1.2))
    assert (alert.kind, str(alert.threshold)) == ("forecast", "1.2")
