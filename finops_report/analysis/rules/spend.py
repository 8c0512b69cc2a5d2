"""Judge how fast spend rises, and how much of it is unknown."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.grades import graded, worst
from finops_report.analysis.verdict import Verdict
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class SpendRule:
    """Up to a `watch` bound is good, above a `bad` bound is bad; a rise is judged in all and a request."""

    watch_rise_ratio: float = 0.10
    bad_rise_ratio: float = 0.25
    watch_unpriced_share: float = 0.01
    bad_unpriced_share: float = 0.05

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        rise, far_rise = formats.exact_percent(self.watch_rise_ratio), formats.exact_percent(self.bad_rise_ratio)
        unpriced, most_unpriced = (
            formats.exact_percent(self.watch_unpriced_share),
            formats.exact_percent(self.bad_unpriced_share),
        )
        return (
            f"Good: spend per request and total spend rose by at most {rise} and at most {unpriced} of requests have "
            f"no known price. Watch: up to {far_rise} or {most_unpriced}. Bad: more. "
            "A rise with equally more requests is watched, not bad."
        )

    def verdict(
        self, *, rise_ratio: float | None, rise_per_request_ratio: float | None, unpriced_share: float
    ) -> Verdict:
        """Judge the change of spend, in all and a request; 'not enough data' if there is none to judge."""
        if rise_ratio is None or rise_per_request_ratio is None:
            return "not enough data"
        rise = graded(rise_ratio, self.watch_rise_ratio, self.bad_rise_ratio)
        per_request = graded(rise_per_request_ratio, self.watch_rise_ratio, self.bad_rise_ratio)
        if rise == "bad" and per_request == "good":
            rise = "watch"
        return worst(rise, per_request, self.unpriced_verdict(unpriced_share))

    def unpriced_verdict(self, unpriced_share: float) -> Verdict:
        """Judge the share of requests without a known price alone."""
        return graded(unpriced_share, self.watch_unpriced_share, self.bad_unpriced_share)
