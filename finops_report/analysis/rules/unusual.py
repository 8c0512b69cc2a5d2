"""Judge whether a stretch of strange spend matters in money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.rules.limits import limit, percent_limit, stated
from finops_report.analysis.verdict import Verdict
from finops_report.wording import formats
from finops_report.wording.bounds import settled

# What sql/views look for at all; tests hold these to their statements.
STRANGE = 4.5  # spreads of ordinary surprise
LEAST_SHARE_SOUGHT = 0.05
WEEKS_NEEDED = 5


@dataclass(frozen=True, slots=True)
class UnusualRule:
    """A strange stretch matters if it is `least_level_share` of a usual day's spend, and `least_difference_usd`."""

    least_level_share: float = 0.10
    least_difference_usd: float = 1.0

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        return stated(
            self,
            f"Unusual: spend at least {formats.exact(STRANGE)} spreads from what is usual at its weekday and hour, "
            f"within an hour, four hours or a day by at least {percent_limit(self, 'least_level_share')} of a usual "
            f"day's spend, and by at least {limit(self, 'least_difference_usd')} USD in all.",
        )

    def verdict(self, *, level_share: float, difference_usd: float | Decimal) -> Verdict:
        """Return 'watch' for a strange stretch that matters, 'good' for one that does not."""
        is_much = settled(abs(level_share)) >= settled(self.least_level_share)
        return "watch" if is_much and abs(float(difference_usd)) >= self.least_difference_usd else "good"
