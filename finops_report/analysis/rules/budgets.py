"""Judge a budget in one of its periods: within, at risk, breached, or not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from finops_report.analysis.rules.limits import limit, percent_limit, stated
from finops_report.analysis.verdict import Verdict
from finops_report.wording.bounds import settled

State = Literal["within", "at risk", "breached", "not known"]
GRAVEST_FIRST: tuple[State, ...] = ("breached", "at risk", "not known", "within")
VERDICTS: Mapping[State, Verdict] = {
    "within": "good",
    "at risk": "watch",
    "breached": "bad",
    "not known": "not enough data",
}


@dataclass(frozen=True, slots=True)
class BudgetRule:
    """What is missing can only add to what is used: a budget is breached or at risk whatever is missing.

    It is 'within' only if no more than these shares are missing. The pace counts once `least_passed_share` of the
    period has passed: the first day of a month says little about its last.
    """

    watch_pace_ratio: float = 1.0
    least_passed_share: float = 0.1
    most_missing_share: float = 0.02
    most_unpriced_share: float = 0.05

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        return stated(
            self,
            "Breached: more is used than the budget. At risk: more than a threshold of the budget is expected, or, if "
            f"nothing is forecast, it is used {self._too_fast} time passes (at least "
            f"{percent_limit(self, 'least_passed_share')} of the period must have passed). Not known: neither, "
            f"and over {percent_limit(self, 'most_missing_share')} of its hours are missing or over "
            f"{percent_limit(self, 'most_unpriced_share')} of its requests have no known price. Within: otherwise.",
        )

    @property
    def _too_fast(self) -> str:
        """The pace that is a risk: 'faster than', 'over 1.2 (your limit) times as fast as'."""
        return (
            "faster than" if self.watch_pace_ratio == 1 else f"over {limit(self, 'watch_pace_ratio')} times as fast as"
        )

    def state(
        self,
        *,
        used_share: float | None,
        pace: float | None,
        passed_share: float,
        missing_share: float,
        unpriced_share: float,
        forecast_ratio: float | None = None,
    ) -> State:
        """Judge what is used; `forecast_ratio` is what is expected over the owner's threshold for it, None if unknown.

        `used_share` is None if nothing has a known price.
        """
        if used_share is not None and settled(used_share) > 1:
            return "breached"
        if self.is_at_risk(pace, passed_share, forecast_ratio):
            return "at risk"
        if used_share is None or self.lacks_too_much(missing_share, unpriced_share):
            return "not known"
        return "within"

    def is_at_risk(self, pace: float | None, passed_share: float, forecast_ratio: float | None) -> bool:
        """Whether too much is expected: by the forecast, or, without one, at the present pace."""
        if forecast_ratio is not None:
            return settled(forecast_ratio) > 1
        return pace is not None and self.pace_counts(passed_share) and settled(pace) > settled(self.watch_pace_ratio)

    def pace_counts(self, passed_share: float) -> bool:
        return settled(passed_share) >= settled(self.least_passed_share)

    def lacks_too_much(self, missing_share: float, unpriced_share: float) -> bool:
        """Whether so much is missing that what is known cannot show that the budget is kept."""
        return self.lacks_hours(missing_share) or self.lacks_prices(unpriced_share)

    def lacks_hours(self, missing_share: float) -> bool:
        return settled(missing_share) > settled(self.most_missing_share)

    def lacks_prices(self, unpriced_share: float) -> bool:
        return settled(unpriced_share) > settled(self.most_unpriced_share)
