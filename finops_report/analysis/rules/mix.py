"""Judge how much of spend hangs on one provider, and how much has no provider on record."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.verdict import Verdict
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class MixRule:
    """Above `watch_largest_share` one provider carries too much; above `bad_unrecorded_share` too little is known."""

    watch_largest_share: float = 0.80
    bad_unrecorded_share: float = 0.20

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        return (
            f"Good: no provider carries more than {formats.exact_percent(self.watch_largest_share)} of spend. "
            "Watch: one does, or there is only one. "
            f"Bad: the provider of over {formats.exact_percent(self.bad_unrecorded_share)} of requests is not recorded."
        )

    def verdict(self, *, largest_share: float | None, unrecorded_share: float, providers: int) -> Verdict:
        """Judge the largest provider's share of spend; 'not enough data' if nothing has a known price."""
        if largest_share is None:
            return "not enough data"
        if unrecorded_share > self.bad_unrecorded_share:
            return "bad"
        return "watch" if largest_share > self.watch_largest_share or providers == 1 else "good"
