"""Judge how many requests get an answer although a provider failed them."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.rules.limits import percent_limit, stated
from finops_report.analysis.verdict import Verdict
from finops_report.wording.bounds import settled


@dataclass(frozen=True, slots=True)
class ResilienceRule:
    """From `good_answered_share` on is good, from `watch_answered_share` watch, below bad."""

    good_answered_share: float = 0.99
    watch_answered_share: float = 0.95

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        return stated(
            self,
            f"Of the requests that met a provider failure: good when at least "
            f"{percent_limit(self, 'good_answered_share')} still got an answer, watch from "
            f"{percent_limit(self, 'watch_answered_share')}, bad below. Good as well when no attempt failed.",
        )

    @property
    def answered_shares(self) -> tuple[float, float]:
        return self.good_answered_share, self.watch_answered_share

    def verdict(self, *, met_failure: int, answered: int) -> Verdict:
        """Judge how many of the requests that met a failure were answered all the same; good if none met one."""
        share = settled(answered / met_failure if met_failure else 1.0)
        if share >= settled(self.good_answered_share):
            return "good"
        return "watch" if share >= settled(self.watch_answered_share) else "bad"
