"""Judge what routing costs in time."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.grades import graded, worst_known
from finops_report.analysis.rules.limits import limit, percent_limit, stated
from finops_report.analysis.verdict import Verdict
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class LatencyRule:
    """Up to a `watch` bound is good, above a `bad` bound is bad.

    The bounds are of cost-first's time as a multiple of performance-first's, and of the 95th percentile's rise. A
    strategy that trades time for money is slower by design: only a multiple that nobody would have asked for is judged.
    """

    watch_slower_ratio: float = 3.0
    bad_slower_ratio: float = 5.0
    watch_p95_rise_ratio: float = 0.10
    bad_p95_rise_ratio: float = 0.25

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        slower, far_slower = limit(self, "watch_slower_ratio"), limit(self, "bad_slower_ratio")
        rise, far_rise = percent_limit(self, "watch_p95_rise_ratio"), percent_limit(self, "bad_p95_rise_ratio")
        return stated(
            self,
            f"Good: on the same work cost-first takes at most {slower} times as long as performance-first (it is "
            f"slower by design), and the time within which {formats.localized('95 %')} of answers arrive rose by at "
            f"most {rise}. Watch: up to {far_slower} times or {far_rise}. Bad: more.",
        )

    @property
    def slower_ratios(self) -> tuple[float, float]:
        return self.watch_slower_ratio, self.bad_slower_ratio

    @property
    def p95_rise_ratios(self) -> tuple[float, float]:
        return self.watch_p95_rise_ratio, self.bad_p95_rise_ratio

    def verdict(self, *, slower_ratio: float | None, p95_rise_ratio: float | None) -> Verdict:
        """Judge what of both was measured; 'not enough data' if neither was."""
        return worst_known((_graded(slower_ratio, *self.slower_ratios), _graded(p95_rise_ratio, *self.p95_rise_ratios)))


def _graded(ratio: float | None, watch: float, bad: float) -> Verdict:
    return "not enough data" if ratio is None else graded(ratio, watch, bad)
