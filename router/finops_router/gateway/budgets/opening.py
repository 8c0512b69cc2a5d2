"""Begin with what was spent before: budgets of a month that is half over do not start at zero."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from finops_router.calendar import zone
from finops_router.errors import ConfigError
from finops_router.gateway.budgets.account import NOTHING
from finops_router.gateway.budgets.attribution import budget_of
from finops_router.gateway.budgets.books import Books
from finops_router.gateway.state.contract import State
from finops_router.settings.budgets import BudgetConfig
from finops_router.settings.report import ReportConfig


def books_of(configs: Iterable[BudgetConfig], report: ReportConfig) -> Books:
    """Return the budgets of the settings that are enforced, in the calendar of the report.

    Raises ConfigError for an unknown time zone.
    """
    try:
        clock = zone(report.timezone)
    except LookupError as err:
        raise ConfigError(f"Unknown time zone: {report.timezone}", "use an IANA name such as Europe/Berlin") from err
    budgets = tuple(one for config in configs if (one := budget_of(config, report.currency_rate)) is not None)
    return Books(budgets, clock, report.fiscal_year_start)


def at_least(state: State, spent: Iterable[tuple[str, int, Decimal]]) -> None:
    """Let no account have less than was recorded: each is the name of a budget, its period's start_us, and USD.

    The greater of both counts. Telemetry knows of calls that went past this gateway; the ledger knows of calls whose
    cost nobody told, and of those that are not loaded yet. It may run beside workers. Raises StateLostError.
    """
    with state.transaction() as statements:
        for budget, start_us, spent_usd in spent:
            key = {"budget": budget, "start_us": start_us}
            rows = statements.run("account", key)
            known_usd, wanted_us = (Decimal(rows[0][0]), rows[0][1]) if rows else (NOTHING, 0)
            if not rows or known_usd < spent_usd:
                statements.run("account_set", key | {"spent_usd": f"{spent_usd:f}", "wanted_us": wanted_us})


def standing(state: State) -> tuple[tuple[str, int, Decimal], ...]:
    """Return what is booked on every account: the budget, its period's start_us, USD. Raises StateLostError."""
    return tuple((budget, start_us, Decimal(spent)) for budget, start_us, spent in state.read("accounts"))
