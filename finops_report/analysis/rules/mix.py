"""Judge how much of spend hangs on one provider, and how much of it is not known."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.rules.limits import percent_limit, stated
from finops_report.analysis.verdict import Verdict
from finops_report.wording.bounds import settled


@dataclass(frozen=True, slots=True)
class MixRule:
    """Above `watch_largest_share` one provider carries too much.

    Above `watch_unpriced_share` shares of spend say too little, for much of it has no known price; above
    `bad_unrecorded_share` of requests nobody knows where they went.
    """

    watch_largest_share: float = 0.80
    watch_unpriced_share: float = 0.05
    bad_unrecorded_share: float = 0.20

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        return stated(
            self,
            f"Good: no provider carries more than {percent_limit(self, 'watch_largest_share')} of spend. Watch: one "
            f"does, there is only one, or over {percent_limit(self, 'watch_unpriced_share')} of requests have no known "
            f"price. Bad: the provider of over {percent_limit(self, 'bad_unrecorded_share')} of requests is not "
            "recorded.",
        )

    def verdict(
        self, *, largest_share: float | None, unpriced_share: float, unrecorded_share: float, providers: int
    ) -> Verdict:
        """Judge the largest provider's share of spend; 'not enough data' if nothing has a known price."""
        if largest_share is None:
            return "not enough data"
        if settled(unrecorded_share) > settled(self.bad_unrecorded_share):
            return "bad"
        much_unknown = settled(unpriced_share) > settled(self.watch_unpriced_share)
        much_in_one = settled(largest_share) > settled(self.watch_largest_share)
        return "watch" if much_in_one or much_unknown or providers <= 1 else "good"
