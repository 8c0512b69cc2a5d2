"""Read what budgets and bounds are held against: the month of a day, with budgets in periods of their own."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from finops_report.commands.journal import load_journal
from finops_report.commands.options import Source

if TYPE_CHECKING:
    from finops_report.analysis.totals import Facts
    from finops_report.calendar.period import PeriodAsk
    from finops_report.commands.settings import CommandSettings


def checked_facts(source: Source, settings: CommandSettings, on: datetime | None, timezone: str | None) -> Facts:
    """Return the facts as of the day `on`, None for the last recorded one. Raises FinopsError as reading does."""
    from finops_report.analysis.totals import facts
    from finops_report.clock import build_moment_us
    from finops_report.warehouse import ReadRequest, Waiting, read

    load_journal(source.path, source.patience_s)
    waiting = Waiting(source.patience_s, time.monotonic, time.sleep)
    ask = _ask(on, settings, timezone)
    request = ReadRequest(source.path, source.table, ask, build_moment_us(), waiting, source.limits, settings.budgets)
    return facts(read(request), settings.currency)


def _ask(on: datetime | None, settings: CommandSettings, timezone: str | None) -> PeriodAsk:
    """Return the month of the day to check, up to that day."""
    from finops_report.calendar.period import PeriodAsk

    zone, first_month = timezone or settings.report.timezone, settings.report.fiscal_year_start
    if on is None:
        return PeriodAsk(month="this", from_last_recorded=True, timezone=zone, fiscal_year_start=first_month)
    day = on.date()
    return PeriodAsk(since=day.replace(day=1), until=day, timezone=zone, fiscal_year_start=first_month)
