"""Tell between which limits eight in ten ends lie, from the signed errors of past forecasts in their order of time.

Signed-error conformal prediction (Linusson, Johansson and Löfström, 2014), whose two shares are moved by how earlier
limits held (adaptive conformal inference; Gibbs and Candès, 2021). A past forecast counts once its end was known.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

OUTSIDE = 0.1  # of all ends are to lie below the low limit, and as many above the high one
MOVED = 0.0025  # by which a limit's share moves with each end: the best interval score on the first 60 % of the sources
MOST_SHARE = 0.5  # below a low limit, or above a high one
BEYOND = 2.0  # how much further a limit lies than the furthest end, for each whole that its share is below 0
LEAST_ENDS = 5  # that are known, for a past forecast to have had limits
FEW_WIDENED = 0.3  # by which share the interval is wider if the past holds just one stretch as long as the forecast


@dataclass(frozen=True, slots=True)
class Fold:
    """A forecast that was made after step `at` steps, and the `error` of its rest: what came over it, less 1."""

    at: int
    error: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What to add to 1 for the low and the high limit of a rest, by `inside` of `judged` past ends within theirs."""

    low: float
    high: float
    inside: int
    judged: int


def limits(folds: Sequence[Fold], first: int, now: int, ahead: int, moved: float = MOVED) -> Limits:
    """Return the limits of a forecast of `ahead` steps made at step `now`, by at least one earlier one of as many.

    `folds` come in order of time; `first` is the first step at which one could be made. All their ends are known.
    """
    adapting = _Adapting([], OUTSIDE, OUTSIDE, moved)
    given: list[tuple[float, float] | None] = []
    inside = known = 0
    for at in [*(fold.at for fold in folds), now]:
        while known < len(folds) and folds[known].at + ahead <= at:
            inside += adapting.learn(folds[known].error, given[known])
            known += 1
        enough = at == now or len(adapting.errors) >= LEAST_ENDS
        given.append(adapting.limits(max(1.0, (at - first) / ahead)) if enough else None)
    low, high = given[-1] or (0.0, 0.0)
    return Limits(low, high, inside, sum(found is not None for found in given[:-1]))


@dataclass(slots=True)
class _Adapting:
    """The errors known by now, in order of size, and the shares of ends that are to lie below and above the limits."""

    errors: list[float]
    below: float
    above: float
    moved: float

    def learn(self, error: float, given: tuple[float, float] | None) -> bool:
        """Take in how far off a forecast was, and return whether it was within the limits it had, if any."""
        insort(self.errors, error)
        if given is None:
            return False
        low, high = given
        self.below = min(MOST_SHARE, self.below + self.moved * (OUTSIDE - (error < low)))
        self.above = min(MOST_SHARE, self.above + self.moved * (OUTSIDE - (error > high)))
        return low <= error <= high

    def limits(self, independent: float) -> tuple[float, float]:
        """Return both limits, wider the fewer `independent` stretches the past holds; 0 lies within them."""
        wider = 1 + FEW_WIDENED / independent
        low = quantile(self.errors, self.below) * (1 - BEYOND * min(0.0, self.below))
        high = quantile(self.errors, 1 - self.above) * (1 - BEYOND * min(0.0, self.above))
        return max(-1.0, min(0.0, low * wider)), max(0.0, high * wider)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return what `share` of further values are expected to lie below: of n values, the share * (n + 1)-th."""
    place = share * (len(ordered) + 1) - 1
    if place >= len(ordered) - 1:
        return ordered[-1]
    below = max(0, int(place))
    return ordered[below] + max(0.0, place - below) * (ordered[below + 1] - ordered[below])
