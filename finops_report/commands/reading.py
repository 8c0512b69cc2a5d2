"""Put together what a command reads: the source with its limits, the days asked for, and the company's own settings."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from finops_report.commands.journal import load_journal
from finops_report.commands.options import Source
from finops_report.commands.progress_line import progress_line

if TYPE_CHECKING:
    from finops_report.analysis.totals import Facts
    from finops_report.calendar.period import PeriodAsk
    from finops_report.commands.settings import CommandSettings
    from finops_report.warehouse import Budget, NotUrgent, Policy, ReadRequest, UnitCounts


def read_request(
    source: Source,
    ask: PeriodAsk,
    budgets: tuple[Budget, ...] = (),
    units: UnitCounts | None = None,
    not_urgent: NotUrgent | None = None,
    policies: tuple[Policy, ...] = (),
) -> ReadRequest:
    """Load what the journal still has, and return what is to be read as of now, which a terminal shows the way of.

    Raises FinopsError as loading does.
    """
    from finops_report.clock import build_moment_us
    from finops_report.warehouse import ALL_IS_URGENT, NO_COUNTS, ReadRequest, Waiting

    load_journal(source.place, source.patience_s)
    return ReadRequest(
        source.place,
        source.table,
        ask,
        build_moment_us(),
        Waiting(source.patience_s, time.monotonic, time.sleep),
        source.limits,
        budgets,
        NO_COUNTS if units is None else units,
        ALL_IS_URGENT if not_urgent is None else not_urgent,
        policies,
        told=progress_line(),
    )


def checked_facts(
    source: Source,
    settings: CommandSettings,
    on: datetime | None,
    timezone: str | None,
    *,
    with_answers: bool = False,
) -> Facts:
    """Return what budgets and bounds are held against as of the day `on`, None for the last recorded one.

    Questions can be answered by it only `with_answers`: then all views are read. Raises FinopsError as reading does.
    """
    from finops_report.analysis.totals import FACT_VIEWS, facts
    from finops_report.warehouse import read

    request = read_request(source, _checked_days(on, settings, timezone), settings.budgets)
    return facts(read(request, () if with_answers else FACT_VIEWS), settings.currency, settings.rules)


def _checked_days(on: datetime | None, settings: CommandSettings, timezone: str | None) -> PeriodAsk:
    """Return the month of the day to check, up to that day."""
    from finops_report.calendar.period import PeriodAsk

    zone, first_month = timezone or settings.report.timezone, settings.report.fiscal_year_start
    if on is None:
        return PeriodAsk(month="this", from_last_recorded=True, timezone=zone, fiscal_year_start=first_month)
    day = on.date()
    return PeriodAsk(since=day.replace(day=1), until=day, timezone=zone, fiscal_year_start=first_month)
