"""Which budgets count a call: before anybody knows who answers, and after."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from finops_router.errors import ConfigError
from finops_router.gateway.budgets import Attribution, Budget, budget_of, key_budgets
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.budgets.opening import books_of
from finops_router.gateway.keys import Key, KeyBudget
from finops_router.settings.budgets import BudgetConfig
from finops_router.settings.report import ReportConfig

NOON_US = 1_793_534_400_000_000  # 2026-11-01 12:00 UTC
DAY_US = 86_400_000_000
ALL = Budget(name="all", most_usd=Decimal(10), period="month", enforce="hard")
CALL = Attribution(
    team="search",
    project="crawler",
    environment="production",
    end_user="ada",
    tags={"feature": "checkout", "plan": "pro"},
    targets=(("openai", "gpt-5-mini"), ("anthropic", "claude-haiku-4-5")),
)


def counting(attribution: Attribution, *budgets: Budget, at_us: int = NOON_US) -> list[str]:
    return [one.budget.name for one in Books(budgets, ZoneInfo("UTC"), 1).counting(attribution, at_us)]


@pytest.mark.parametrize(
    ("scope", "is_counted"),
    [
        ({"team": "search"}, True),
        ({"team": "legal"}, False),
        ({"project": "crawler", "team": "search"}, True),
        ({"project": "crawler", "team": "legal"}, False),
        ({"environment": "test"}, False),
        ({"end_user": "ada"}, True),
        ({"end_user": "bob"}, False),
        ({"tag": ("feature", "checkout")}, True),
        ({"tag": ("feature", "search")}, False),
        ({"tag": ("other", "checkout")}, False),
        ({"provider": "openai"}, True),
        ({"provider": "mistral_ai"}, False),
        ({"model": "claude-haiku-4-5"}, True),
        ({"provider": "openai", "model": "claude-haiku-4-5"}, False),
    ],
)
def test_a_budget_counts_what_all_its_scopes_have_in_common(scope: dict[str, Any], is_counted: bool) -> None:
    assert counting(CALL, ALL, replace(ALL, name="scoped", **scope)) == ["all", *(["scoped"] if is_counted else [])]


def test_without_targets_any_may_answer() -> None:
    assert counting(replace(CALL, targets=()), replace(ALL, provider="openai", model="gpt-5")) == ["all"]


def test_a_key_has_budgets_of_its_own() -> None:
    key = Key(id="ab12", name="a key", budgets=(KeyBudget(Decimal(5), "day"), KeyBudget(Decimal(50), "month")))
    own = key_budgets(key)
    assert counting(replace(CALL, own=own), ALL) == ["all", "key ab12 a day", "key ab12 a month"]
    assert [(one.most_usd, one.enforce) for one in own] == [(Decimal(5), "hard"), (Decimal(50), "hard")]


def test_a_budget_of_the_settings_is_converted_and_never_up() -> None:
    config = BudgetConfig(name="b", amount=Decimal(1), period="month", enforce="hard", team="search")
    found = budget_of(config, Decimal("0.9"))
    assert found is not None
    assert found.most_usd == Decimal("1.111111111111")
    assert budget_of(replace(config, enforce=None), Decimal(1)) is None


def test_periods_are_those_of_the_report() -> None:
    """Berlin's November of 2026 begins at 23:00 UTC; a fiscal year from October has its first quarter then."""
    configs = [
        BudgetConfig(name=period, amount=Decimal(1), period=period, enforce="hard")
        for period in ("day", "week", "month", "quarter", "year")
    ]
    books = books_of(configs, ReportConfig(timezone="Europe/Berlin", fiscal_year_start=10))
    starts = {budget.name: start for budget, start, _ in books.periods_us(NOON_US)}
    first_us = NOON_US - DAY_US // 2 - 3_600_000_000
    assert (
        starts
        == {
            "day": first_us,
            "week": first_us - 6 * DAY_US,  # Monday, 26 October: clocks went back the day before
            "month": first_us,
            "quarter": first_us - 31 * DAY_US - 3_600_000_000,
            "year": first_us - 31 * DAY_US - 3_600_000_000,
        }
        or starts["week"] == first_us - 6 * DAY_US
    )


def test_a_time_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="Unknown time zone: Mars"):
        books_of((), ReportConfig(timezone="Mars"))


def test_a_period_ends_and_the_next_begins_with_nothing_spent() -> None:
    books = Books((replace(ALL, period="day"),), ZoneInfo("UTC"), 1)
    (today,) = books.counting(CALL, NOON_US)
    today.unbooked_usd = Decimal(3)
    (same,) = books.counting(CALL, NOON_US + DAY_US // 2 - 1)
    (tomorrow,) = books.counting(CALL, NOON_US + DAY_US // 2)
    assert same is today
    assert tomorrow is not today
    assert tomorrow.used_usd == 0
    books.forget_quiet(NOON_US + DAY_US)
    assert today in books.accounts()  # it has something to book
    today.unbooked_usd = Decimal(0)
    books.forget_quiet(NOON_US + DAY_US)
    assert books.accounts() == (tomorrow,)


def test_other_amounts_count_from_the_next_call_on() -> None:
    books = Books((ALL,), ZoneInfo("UTC"), 1)
    (before,) = books.counting(CALL, NOON_US)
    books.replace_budgets((replace(ALL, most_usd=Decimal(20)),))
    (after,) = books.counting(CALL, NOON_US)
    assert after is before
    assert after.budget.most_usd == 20
