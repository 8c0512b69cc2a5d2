"""The bar of the company's budget at the top of the page."""

from __future__ import annotations

import re

from finops_report.pictures.budget_bar import WIDTH, budget_bar


def lengths(used_share: float, passed_share: float) -> tuple[float, float]:
    """How far the bar is filled, and where the tick of the time passed stands, as parts of its width."""
    drawn = budget_bar(used_share, passed_share)
    (used,) = re.findall(r'budget-used" d="M0 7h([\d.]+)"', drawn)
    (now,) = re.findall(r'budget-now" d="M([\d.]+) ', drawn)
    return float(used) / WIDTH, float(now) / WIDTH


def test_what_is_used_and_the_time_passed_are_drawn_to_one_scale() -> None:
    assert lengths(0.5, 0.25) == (0.5, 0.25)
    assert lengths(0.0, 1.0) == (0.0, (WIDTH - 1) / WIDTH)
    assert "budget-end" not in budget_bar(1.0, 1.0)


def test_a_breached_budget_is_full_and_shows_where_it_ended() -> None:
    assert lengths(2.0, 0.5) == (1.0, 0.25)
    assert f'budget-end" d="M{WIDTH / 2:.1f} 0v' in budget_bar(2.0, 0.5)
