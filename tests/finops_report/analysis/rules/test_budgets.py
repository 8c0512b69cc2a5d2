"""A budget is never within on half the data; it is breached and at risk whatever is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from finops_report.analysis.rules.budgets import BudgetRule

RULE = BudgetRule()
KEPT: dict[str, Any] = {
    "used_share": 0.5,
    "pace": 1.0,
    "passed_share": 0.5,
    "missing_share": 0.02,
    "unpriced_share": 0.05,
}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "within"),
        ({"used_share": 1.0, "pace": 1.0, "passed_share": 1.0}, "within"),
        ({"used_share": 1.000001}, "breached"),
        ({"pace": 1.000001}, "at risk"),
        ({"pace": 9.0, "passed_share": 0.099}, "within"),
        ({"pace": 9.0, "passed_share": 0.1}, "at risk"),
        ({"missing_share": 0.021}, "not known"),
        ({"unpriced_share": 0.051}, "not known"),
        ({"used_share": None, "pace": None}, "not known"),
        ({"missing_share": 0.5, "used_share": 1.1}, "breached"),
        ({"missing_share": 0.5, "pace": 1.1}, "at risk"),
        ({"pace": 1.5, "forecast_ratio": 0.9}, "within"),
        ({"pace": 0.5, "forecast_ratio": 1.01}, "at risk"),
        ({"forecast_ratio": 1.0}, "within"),
    ],
)
def test_states(changes: dict[str, Any], state: str) -> None:
    assert RULE.state(**KEPT | changes) == state


@pytest.mark.parametrize(
    ("bound", "measured"),
    [
        ("watch_pace_ratio", {"pace": 0.9}),
        ("least_passed_share", {"pace": 2.0, "passed_share": 0.05}),
        ("most_missing_share", {"missing_share": 0.015}),
        ("most_unpriced_share", {"unpriced_share": 0.03}),
    ],
)
def test_each_bound_decides(bound: str, measured: dict[str, Any]) -> None:
    lower: BudgetRule = replace(RULE, **{bound: getattr(RULE, bound) / 4})
    assert lower.state(**KEPT | measured) != RULE.state(**KEPT | measured)


@pytest.mark.parametrize("bound", ["least_passed_share", "most_missing_share", "most_unpriced_share"])
def test_the_sentence_is_made_of_the_bounds(bound: str) -> None:
    assert replace(RULE, **{bound: 0.1234}).text != RULE.text
    assert "12.34 %" in replace(RULE, **{bound: 0.1234}).text


def test_a_pace_of_the_companys_own_is_in_the_sentence() -> None:
    assert "it is used faster than time passes" in RULE.text
    own = replace(RULE, watch_pace_ratio=1.2)
    assert "it is used over 1.2 (your limit) times as fast as time passes" in own.text
    assert own.state(**KEPT | {"pace": 1.2}) == "within"
    assert own.state(**KEPT | {"pace": 1.21}) == "at risk"
