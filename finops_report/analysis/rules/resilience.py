"""Judge how many requests get an answer although a provider failed them."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.verdict import Verdict
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class ResilienceRule:
    """From `good_answered_share` on is good, from `watch_answered_share` watch, below bad."""

    good_answered_share: float = 0.99
    watch_answered_share: float = 0.95

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        return (
            "Of the requests that met a failed provider: good when at least "
            f"{formats.exact_percent(self.good_answered_share)} were answered all the same, watch from "
            f"{formats.exact_percent(self.watch_answered_share)}, bad below. Good as well when no attempt failed."
        )

    def verdict(self, *, met_failure: int, answered: int) -> Verdict:
        """Judge how many of the requests that met a failure were answered all the same; good if none met one."""
        share = answered / met_failure if met_failure else 1.0
        if share >= self.good_answered_share:
            return "good"
        return "watch" if share >= self.watch_answered_share else "bad"
