"""Judge what routing costs in time."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.grades import graded, worst_known
from finops_report.analysis.verdict import Verdict
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class LatencyRule:
    """Up to a `watch` bound is good, above a `bad` bound is bad.

    The bounds are of cost-first's time as a multiple of performance-first's, and of the 95th percentile's rise.
    """

    watch_slower_ratio: float = 1.5
    bad_slower_ratio: float = 2.5
    watch_p95_rise_ratio: float = 0.10
    bad_p95_rise_ratio: float = 0.25

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        return (
            f"Good: on the same work cost-first takes at most {formats.exact(self.watch_slower_ratio)} times as long "
            "as performance-first, and the 95th percentile rose by at most "
            f"{formats.exact_percent(self.watch_p95_rise_ratio)}. "
            f"Watch: up to {formats.exact(self.bad_slower_ratio)} times or "
            f"{formats.exact_percent(self.bad_p95_rise_ratio)}. Bad: more."
        )

    def verdict(self, *, slower_ratio: float | None, p95_rise_ratio: float | None) -> Verdict:
        """Judge what of both was measured; 'not enough data' if neither was."""
        return worst_known(
            (
                _graded(slower_ratio, self.watch_slower_ratio, self.bad_slower_ratio),
                _graded(p95_rise_ratio, self.watch_p95_rise_ratio, self.bad_p95_rise_ratio),
            )
        )


def _graded(ratio: float | None, watch: float, bad: float) -> Verdict:
    return "not enough data" if ratio is None else graded(ratio, watch, bad)
