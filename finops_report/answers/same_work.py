"""Cost-first against performance-first on the same work."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class SameWork:
    """The one row of the comparison: what a request costs and takes under both; None if nothing is comparable."""

    cells: int
    cost_requests: int
    performance_requests: int
    cost_first_usd: float | None
    performance_first_usd: float | None
    cost_first_ms: float | None
    performance_first_ms: float | None
    interval_usd: float | None
    interval_ms: float | None

    @property
    def requests(self) -> int:
        """Comparable requests of both strategies."""
        return self.cost_requests + self.performance_requests

    @property
    def fewest_requests(self) -> int:
        """Comparable requests of the strategy that has fewer."""
        return min(self.cost_requests, self.performance_requests)

    @property
    def saving(self) -> Gain | None:
        """What cost-first costs less than performance-first; None if either's cost is unknown."""
        return _gain(self.cost_first_usd, self.performance_first_usd, self.interval_usd)

    @property
    def speed(self) -> Gain | None:
        """What performance-first is faster than cost-first; None if either's time is unknown."""
        return _gain(self.performance_first_ms, self.cost_first_ms, self.interval_ms)

    @property
    def slower_ratio(self) -> float | None:
        """How many times as long cost-first takes as performance-first; None if either's time is unknown."""
        if not self.cost_first_ms or not self.performance_first_ms:
            return None
        return self.cost_first_ms / self.performance_first_ms


@dataclass(frozen=True, slots=True)
class Gain:
    """A relative gain of one strategy over the other, and the half of its interval, likewise relative."""

    ratio: float
    doubt_ratio: float

    @property
    def may_be_chance(self) -> bool:
        """Whether the interval has both, a gain and a loss."""
        return abs(self.ratio) < self.doubt_ratio


def _gain(lower: float | None, higher: float | None, doubt: float | None) -> Gain | None:
    if lower is None or not higher:
        return None
    return Gain(1 - lower / higher, (doubt or 0) / higher)


SAME_WORK = View("same_work", SameWork)
