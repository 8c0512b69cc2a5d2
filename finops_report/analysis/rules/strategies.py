"""Judge whether cost-first and performance-first routing keep what their names promise."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.grades import worst
from finops_report.analysis.rules.limits import limit, percent_limit, stated
from finops_report.analysis.verdict import Verdict
from finops_report.wording import formats
from finops_report.wording.bounds import settled

# sql/views/43_same_work.sql and 44_strategy_regret.sql work out the intervals; a test holds this to their factor.
INTERVAL_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class StrategiesRule:
    """A gain counts above `least_gain_ratio`; it is judged from `least_requests` comparable ones of each strategy."""

    least_gain_ratio: float = 0.02
    least_requests: int = 30

    @property
    def text(self) -> str:
        """The rule as the page states it."""
        gain = percent_limit(self, "least_gain_ratio")
        return stated(
            self,
            "On the same work (equal model group, equal size of input and output; cost per token, time per output "
            f"token): good when cost-first costs less and performance-first answers faster, each by over {gain}. "
            f"Bad when either is over {gain} the wrong way round. Watch in between. "
            f"At least {limit(self, 'least_requests')} comparable requests of each are needed, and a difference "
            f"beyond its {formats.exact_percent(INTERVAL_CONFIDENCE)} interval.",
        )

    def compares(self, requests: int) -> bool:
        """Whether so many comparable requests, of the strategy that has fewer, are enough."""
        return requests >= self.least_requests

    def verdict(
        self,
        *,
        saving_ratio: float,
        saving_doubt_ratio: float,
        speed_ratio: float,
        speed_doubt_ratio: float,
        comparable_requests: int,
    ) -> Verdict:
        """Judge both promises; a doubt is half of the interval of its gain.

        A broken promise is bad whatever is known of the other; both must be known to be good.
        """
        if not self.compares(comparable_requests):
            return "not enough data"
        promises = self._promise(saving_ratio, saving_doubt_ratio), self._promise(speed_ratio, speed_doubt_ratio)
        if "bad" in promises:
            return "bad"
        return "not enough data" if "not enough data" in promises else worst(*promises)

    def _promise(self, gain_ratio: float, doubt_ratio: float) -> Verdict:
        if abs(gain_ratio) < doubt_ratio:
            return "not enough data"
        gain, least = settled(gain_ratio), settled(self.least_gain_ratio)
        return "good" if gain > least else "bad" if gain < -least else "watch"
