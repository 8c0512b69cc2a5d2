"""Budgets, bounds and own limits as checks: a breach fails, what is at risk or not known fails if asked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from finops_report.analysis.rules.company import DEFAULT_RULES, company_rules
from finops_report.analysis.totals import Facts, facts
from finops_report.checks.checking import Bounds, Check, checks, fails
from finops_report.warehouse import Budget
from finops_report.wording.currency import US_DOLLARS
from tests.finops_report.conftest import answers_of
from tests.finops_report.sections.conftest import written

NONE: frozenset[str] = frozenset()


def of(path: Path, *budgets: Budget, **columns: str) -> Facts:
    return facts(answers_of(written(path / "t.duckdb", 24 * 20, **columns), *budgets), US_DOLLARS)


def test_a_budget_is_a_line_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    budget = Budget(
        budget="low", amount=Decimal(500), period="month", owner="Ada", thresholds=(0.8,), provider="openai"
    )
    (found,) = checks(of(tmp_path, budget), Bounds(), DEFAULT_RULES, NONE)
    assert (found.kind, found.name, found.level) == ("budget", "low", "watch")
    assert found.text == (
        "at risk, $480.00 of $500.00 (96 %) used for provider openai, 65 % of 1–31 Oct 2026 passed, "
        "breach 21 Oct 2026 at this pace, threshold of 80 % reached, owner Ada"
    )
    assert found.figures["used_usd"] == 480


@pytest.mark.parametrize(("amount", "level"), [(400, "breach"), (500, "watch"), (5000, "ok")])
def test_the_level_is_that_of_the_state(tmp_path: Path, amount: int, level: str) -> None:
    (found,) = checks(
        of(tmp_path, Budget(budget="b", amount=Decimal(amount), period="month")), Bounds(), DEFAULT_RULES, NONE
    )
    assert found.level == level


def test_bounds_are_of_shares_of_requests(tmp_path: Path) -> None:
    found = of(tmp_path, cost_estimated="case when i % 4 <> 0 then 1.0 end")
    assert [(one.name, one.level) for one in checks(found, Bounds(0.25, 0.0), DEFAULT_RULES, NONE)] == [
        ("unpriced", "ok"),
        ("failed", "ok"),
    ]
    (breach,) = checks(found, Bounds(unpriced_share=0.2), DEFAULT_RULES, NONE)
    assert (breach.level, breach.text) == (
        "breach",
        "25 % of requests in 1–20 Oct 2026 without a known price, bound 20 %",
    )


def test_verdicts_are_checked_if_their_limits_are_the_companys(tmp_path: Path) -> None:
    rules = company_rules({"mix": {"watch_largest_share": 0.5}}, NONE)
    (found,) = checks(of(tmp_path), Bounds(), rules, frozenset(["mix"]))
    assert (found.kind, found.name, found.level) == ("verdict", "Providers", "watch")


@pytest.mark.parametrize(
    ("level", "on_breach", "on_watch"),
    [("ok", False, False), ("unknown", False, True), ("watch", False, True), ("breach", True, True)],
)
def test_what_fails(level: str, on_breach: bool, on_watch: bool) -> None:
    found = (Check("budget", "a", "ok", ""), Check("budget", "b", level, ""))  # type: ignore[arg-type] # one of them
    assert (fails(found, "breach"), fails(found, "watch")) == (on_breach, on_watch)
