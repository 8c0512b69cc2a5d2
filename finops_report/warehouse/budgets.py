"""Lay budgets beside the cubes, as tables that views can join: what may be spent, and the periods it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

import duckdb

from finops_report.calendar.budget_periods import BudgetPeriod, PeriodUnit
from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.sql_files import statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much may be spent a period on what all the scopes that are set have in common; None takes in everything.

    `amount` is in `currency`, of which `rate` make one US dollar. `tag_key` and `tag_value` are a key of `tags` and its
    value. Thresholds are shares of the amount: of what is spent, and of what is expected for the end.
    """

    budget: str
    amount: Decimal
    period: PeriodUnit
    currency: str = "USD"
    rate: Decimal = Decimal(1)
    team: str | None = None
    project: str | None = None
    provider: str | None = None
    model: str | None = None
    environment: str | None = None
    end_user: str | None = None
    tag_key: str | None = None
    tag_value: str | None = None
    owner: str = ""
    cost_centre: str = ""
    thresholds: tuple[float, ...] = (1.0,)
    forecast_thresholds: tuple[float, ...] = (1.0,)

    @property
    def needs_rows(self) -> bool:
        """Whether the cube of the history cannot tell what is in it: end users and tags are not among its keys."""
        return self.end_user is not None or self.tag_key is not None


def create_budgets(con: duckdb.DuckDBPyConnection, budgets: Sequence[Budget], periods: Sequence[BudgetPeriod]) -> None:
    """Make the tables `budget_settings`, numbered in the order given, and `budget_periods`."""
    columns: dict[str, list[object]] = {
        field.name: [_plain(getattr(budget, field.name)) for budget in budgets] for field in fields(Budget)
    }
    columns["number"] = list(range(len(budgets)))
    columns["needs_rows"] = [budget.needs_rows for budget in budgets]
    _create(con, "budget_settings", columns)
    _create(
        con,
        "budget_periods",
        {field.name: [getattr(one, field.name) for one in periods] for field in fields(BudgetPeriod)},
    )


def _plain(value: object) -> object:
    """Return a value as a parameter can be: an exact number as its digits."""
    if isinstance(value, tuple):
        return list(value)
    return f"{value:f}" if isinstance(value, Decimal) else value


def _create(con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, list[object]]) -> None:
    create_table(con, table, statement("budgets", table), columns)
