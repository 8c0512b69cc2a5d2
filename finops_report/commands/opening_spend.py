"""Tell the gateway what was spent of its budgets before it starts, from the telemetry that is there."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.journal import load_journal

if TYPE_CHECKING:
    from finops_report.commands.options import Source
    from finops_report.commands.settings import CommandSettings


class Opening(NamedTuple):
    """What is recorded of the enforced budgets, in the newest period of each that has a record.

    `spent` has the name of a budget, the start of its period in microseconds since 1970 UTC, and USD, as
    finops_router.gateway.budgets.opening.at_least takes it. `unpriced_requests` have no known price and are in no sum.
    """

    spent: tuple[tuple[str, int, Decimal], ...] = ()
    unpriced_requests: int = 0


def begin_budgets(source: Source, settings: CommandSettings) -> None:
    """Let the gateway's books have at least what `source` has of each enforced budget, and note what nobody can price.

    Raises DatabaseError and StateLostError if either cannot be read: a budget must not begin at zero because of that.
    """
    found = opening_spend(source, settings)
    if not found.spent:
        return
    from finops_router.gateway.budgets.opening import at_least
    from finops_router.gateway.state.opening import open_state
    from finops_router.settings.reader import read

    where = read(settings.file).gateway_state
    state = open_state(where.state, where.folder)
    try:
        at_least(state, found.spent)
    finally:
        state.close()
    if found.unpriced_requests:
        note = f"{found.unpriced_requests} requests without a known price count for no budget"
        click.echo(f"note: {note}; finops-report reprice may find one", err=True)


def opening_spend(source: Source, settings: CommandSettings) -> Opening:
    """Return what `source` has of the budgets that are enforced; nothing if there is no telemetry yet.

    The journal is loaded first. Raises DatabaseError if the telemetry cannot be read: a budget must not begin at zero
    because a file is locked.
    """
    from finops_report.analysis.budget_rows import BUDGETS
    from finops_report.calendar.period import PeriodAsk
    from finops_report.calendar.zones import midnight_us, zone
    from finops_report.clock import build_moment_us
    from finops_report.commands.settings import budgets_of
    from finops_report.warehouse import ReadRequest, Waiting, read_budgets

    enforced = tuple(budget for budget in settings.set_budgets if budget.enforce is not None)
    if not enforced:
        return Opening()
    load_journal(source.place, source.patience_s)
    if isinstance(source.place, Path) and not source.place.exists():
        return Opening()
    report = settings.report
    ask = PeriodAsk(timezone=report.timezone, fiscal_year_start=report.fiscal_year_start)
    waiting = Waiting(source.patience_s, time.monotonic, time.sleep)
    budgets = budgets_of(enforced, settings.currency)
    moment_us = build_moment_us()
    request = ReadRequest(source.place, source.table, ask, moment_us, waiting, source.limits, budgets)
    rows, clock = BUDGETS.rows(read_budgets(request)[BUDGETS.name]), zone(report.timezone)
    return Opening(
        tuple((row.budget, midnight_us(row.first_day, clock), Decimal(row.used_usd or 0)) for row in rows),
        sum(row.unpriced_requests for row in rows),
    )
