"""Say how much of a stretch of time is recorded, and whether that is enough to compare it with another."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.wording import formats

MOST_MISSING_SHARE = 0.02  # of the hours that should have data; a change of less than a few percent could be the gap


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one part, 'period', 'old' or 'new', is recorded.

    `days` and `hours` are by the calendar, so that a day has 23 or 25 hours when clocks change. `recorded_hours` lie
    between the source's first and last row, `hours_with_data` have at least one request, and `missing_hours` have none
    although the source records in every hour, or lie in days without any if it does not.
    """

    part: str
    days: int
    days_with_data: int
    hours: float
    recorded_hours: float
    hours_with_data: float
    missing_hours: float

    @property
    def missing_share(self) -> float:
        """The missing hours as a part of all that the source spans; 0 if it spans none."""
        return self.missing_hours / self.recorded_hours if self.recorded_hours else 0.0

    @property
    def has_gaps(self) -> bool:
        """Whether so much is missing that a change could come from it."""
        return self.missing_share > MOST_MISSING_SHARE

    @property
    def gaps(self) -> str:
        """What is missing, in words."""
        return f"no data in {formats.exact(self.missing_hours)} of {formats.exact(self.recorded_hours)} hours"
