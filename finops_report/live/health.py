"""Say in a word how a provider does, by the tries of the last minutes."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.verdict import Verdict
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class HealthRule:
    """Below `some_share` of tries that failed a provider is healthy, from `failing_share` on it is failing."""

    some_share: float = 0.05
    failing_share: float = 0.5

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        some, failing = formats.exact_percent(self.some_share), formats.exact_percent(self.failing_share)
        return (
            f"Healthy: less than {some} of tries failed; failing: {failing} or more. Typical is the median of answers."
        )

    def word(self, failed_share: float | None) -> tuple[str, Verdict]:
        """Return how a provider does and the verdict whose sign goes with it; None: it was not tried."""
        if failed_share is None:
            return "no traffic", "not judged"
        if failed_share >= self.failing_share:
            return "failing", "bad"
        return ("some failures", "watch") if failed_share >= self.some_share else ("healthy", "good")


RULE = HealthRule()
