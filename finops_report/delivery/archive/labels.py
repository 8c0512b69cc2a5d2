"""Name the days of a report among others: 'Oct 2026', 'Q4 2026', and whether they are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from finops_report.calendar.zones import zone
from finops_report.document import Digest
from finops_report.errors import ConfigError
from finops_report.wording import formats

Unit = Literal["month", "quarter", "year", "days"]
UNITS: Sequence[Unit] = ("month", "quarter", "year", "days")
MONTHS_OF: dict[int, Unit] = {1: "month", 3: "quarter", 12: "year"}
DAY = timedelta(days=1)


def unit(report: Digest) -> Unit:
    """Return what the days of a report are: a whole month, quarter or year, or other days."""
    after = report.end + DAY
    if report.start.day != 1 or after.day != 1:
        return "days"
    months = (after.year - report.start.year) * 12 + after.month - report.start.month
    return MONTHS_OF.get(months, "days")


def label(report: Digest) -> str:
    """Return the name of a report's days, as 'Oct 2026', 'Q4 2026', 'FY2027 Q1', '2026' or '5–11 Oct 2026'."""
    kind, start = unit(report), report.start
    if kind == "month":
        return formats.month(start)
    if kind in {"quarter", "year"} and report.fiscal:
        return report.fiscal
    if kind == "quarter" and start.month % 3 == 1:
        return f"Q{start.month // 3 + 1} {start.year}"
    if kind == "year" and start.month == 1:
        return str(start.year)
    return formats.span(start, report.end)


def state(report: Digest, now: datetime) -> str:
    """Return what is still open: 'so far' while the days run, 'data until 24 Nov 2026' if later ones lack; else ''."""
    if now < _end(report):
        return "so far"
    last = _last_day(report)
    return "" if last is None or last >= report.end else f"data until {formats.day(last)}"


def _end(report: Digest) -> datetime:
    """Return the moment at which a report's last day ends."""
    after = report.end + DAY
    try:
        return datetime(after.year, after.month, after.day, tzinfo=zone(report.timezone))
    except ConfigError:  # a zone of another machine
        return datetime(after.year, after.month, after.day, tzinfo=UTC)


def _last_day(report: Digest) -> date | None:
    if report.last_moment is None:
        return None
    try:
        return report.last_moment.astimezone(zone(report.timezone)).date()
    except ConfigError:
        return report.last_moment.date()
