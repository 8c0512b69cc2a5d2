"""Judge how fast spend rises, and how much of it is unknown."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.grades import graded, worst
from finops_report.analysis.rules.limits import percent_limit, stated
from finops_report.analysis.verdict import Verdict


@dataclass(frozen=True, slots=True)
class SpendRule:
    """Up to a `watch` bound is good, above a `bad` bound is bad; a rise is judged in all and per request.

    A rise is held against what came before, for want of a plan; a budget, if there is one, is a better measure.
    """

    watch_rise_ratio: float = 0.10
    bad_rise_ratio: float = 0.25
    watch_unpriced_share: float = 0.01
    bad_unpriced_share: float = 0.05

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        return stated(
            self,
            "Good: spend per request and total spend (per day, if months of unequal length are compared) rose by at "
            f"most {percent_limit(self, 'watch_rise_ratio')} and at most "
            f"{percent_limit(self, 'watch_unpriced_share')} of requests have no known price. Watch: up to "
            f"{percent_limit(self, 'bad_rise_ratio')} or {percent_limit(self, 'bad_unpriced_share')}. Bad: more. "
            "A rise with equally more requests is watched, not bad.",
        )

    @property
    def rise_ratios(self) -> tuple[float, float]:
        return self.watch_rise_ratio, self.bad_rise_ratio

    @property
    def unpriced_shares(self) -> tuple[float, float]:
        return self.watch_unpriced_share, self.bad_unpriced_share

    def verdict(
        self, *, rise_ratio: float | None, rise_per_request_ratio: float | None, unpriced_share: float
    ) -> Verdict:
        """Judge the change of spend, in all and per request; 'not enough data' if there is none to judge."""
        if rise_ratio is None or rise_per_request_ratio is None:
            return "not enough data"
        rise = graded(rise_ratio, *self.rise_ratios)
        per_request = graded(rise_per_request_ratio, *self.rise_ratios)
        if rise == "bad" and per_request == "good":
            rise = "watch"
        return worst(rise, per_request, self.unpriced_verdict(unpriced_share))

    def weighs_per_request(self, rise_ratio: float, rise_per_request_ratio: float) -> bool:
        """Return whether the change per request decides the verdict: it is worse than that of total spend."""
        total, each = graded(rise_ratio, *self.rise_ratios), graded(rise_per_request_ratio, *self.rise_ratios)
        return total != each and worst(total, each) == each

    def unpriced_verdict(self, unpriced_share: float) -> Verdict:
        """Judge the share of requests without a known price alone."""
        return graded(unpriced_share, *self.unpriced_shares)
