"""Name the days that a notebook looks at, as the options of `build` do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from finops_report.calendar.period import PeriodAsk
from finops_report.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days to look at; what is left out goes as far as the data.

    `since` and `until` are days, both included, as a date or '2026-10-01'. Or one of `week` ('last', 'this',
    '2026-W43'), `month` ('2026-10'), `quarter` ('2026-Q4') and `year`; quarters and years are fiscal as in finops.toml.
    `timezone` is where days begin and end (None: that of finops.toml).
    """

    since: date | str | None = None
    until: date | str | None = None
    week: str | None = None
    month: str | None = None
    quarter: str | None = None
    year: str | None = None
    timezone: str | None = None

    def ask(self, timezone: str, fiscal_year_start: int) -> PeriodAsk:
        """Return the days as the report asks for them. Raises ConfigError for a day that is none."""
        return PeriodAsk(
            since=_day(self.since, "since"),
            until=_day(self.until, "until"),
            week=self.week,
            month=self.month,
            quarter=self.quarter,
            year=self.year,
            timezone=self.timezone or timezone,
            fiscal_year_start=fiscal_year_start,
        )


def _day(written: date | str | None, name: str) -> date | None:
    if isinstance(written, datetime):
        return written.date()
    if written is None or isinstance(written, date):
        return written
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError) as err:
        raise ConfigError(f"No day: {name}={written!r}", "write it as '2026-10-01', or give a datetime.date") from err
