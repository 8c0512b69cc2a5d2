"""Read how budgets stand, again and again, but never for more than a small part of the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from finops_report.errors import FinopsError

if TYPE_CHECKING:
    from finops_report.commands.options import Source
    from finops_report.commands.settings import CommandSettings

READ_EVERY_S = 10.0
TIMES_AS_LONG = 20  # the pause after a reading: a large file is read less often


class LiveBudgets:
    """The table of budgets as it was read last; `clock` counts seconds."""

    def __init__(self, source: Source, settings: CommandSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._source, self._settings, self._clock = source, settings, clock
        self._shown, self._next_s = "", clock()

    def table(self) -> str:
        """Return the table, read anew if it is time; '' without budgets, and the reason if they cannot be read."""
        if self._settings.budgets and self._clock() >= self._next_s:
            began_s = self._clock()
            self._shown = self._read()
            ended_s = self._clock()
            self._next_s = ended_s + max(READ_EVERY_S, TIMES_AS_LONG * (ended_s - began_s))
        return self._shown

    def _read(self) -> str:
        from finops_report.analysis.budgets import judged
        from finops_report.calendar.period import PeriodAsk
        from finops_report.clock import build_moment_us
        from finops_report.commands.live_table import budget_table
        from finops_report.warehouse import ReadRequest, Waiting, read_budgets

        place = self._source.place
        if isinstance(place, Path) and not place.exists():
            return "\nbudgets: nothing is loaded yet\n"
        report, currency = self._settings.report, self._settings.currency
        ask = PeriodAsk(timezone=report.timezone, fiscal_year_start=report.fiscal_year_start)
        waiting = Waiting(0.0, time.monotonic, time.sleep)
        request = ReadRequest(place, None, ask, build_moment_us(), waiting, self._source.limits, self._settings.budgets)
        try:
            return budget_table(judged(read_budgets(request), currency, {}, self._settings.rules), currency)
        except FinopsError as err:
            return self._shown or f"\nbudgets: {err.message}\n"
