"""Tell a usual step from what is known: the rhythm of the season times the level of late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

SEASONS = 12  # how far back is looked: twelve weeks of days
PRIOR_SEASONS = 2.0  # until a rhythm has been seen often, it is drawn towards none, as if two seasons had had none
KNOWN_SHARE = 0.7  # of a season, for a step to be set against its mean
MOST_LEVEL = 3.0  # times the median: a burst counts as that much, as nobody knows when the next one comes
LEAST_FACTOR = 0.02  # steps that usually cost next to nothing do not tell the level


@dataclass(frozen=True, slots=True)
class Usual:
    """What a step usually costs: `level_usd` times the factor of its place in the season; the factors' mean is 1."""

    level_usd: float
    factors: tuple[float, ...]

    def usd(self, step: int) -> float:
        """Return what step number `step` is expected to cost."""
        return self.level_usd * self.factors[step % len(self.factors)]


def usual(spent_usd: Sequence[float | None], end: int, season: int) -> Usual:
    """Return what a step usually cost as of `end`, from the twelve seasons before.

    The level halves the weight of a step with each season that it lies back. A single step that sticks out counts as
    the nearer of its neighbours; the last, which has one neighbour, as at most twice that; and none as more than three
    times the median, weighted alike, which a level that lasts for a season has moved.
    """
    start = max(0, end - SEASONS * season)
    factors = _factors(spent_usd, start, end, season)
    known = [
        (step, usd / factors[step % season])
        for step in range(start, end)
        if (usd := spent_usd[step]) is not None and factors[step % season] > LEAST_FACTOR
    ]
    levels = _without_spikes([level for _, level in known])
    weights = [0.5 ** ((end - 1 - step) / _half_life(season)) * factors[step % season] for step, _ in known]
    levels = _without_bursts(levels, weights)
    whole = sum(weights)
    mean = sum(weight * level for weight, level in zip(weights, levels, strict=True)) / whole if whole else 0.0
    return Usual(mean, factors)


def _half_life(season: int) -> int:
    """Return after how many steps a step counts half: a season, or two weeks' worth if there is no rhythm."""
    return season if season > 1 else 14


def _factors(spent_usd: Sequence[float | None], start: int, end: int, season: int) -> tuple[float, ...]:
    """Return each place's median share of the mean of the season around it."""
    ratios: list[list[float]] = [[] for _ in range(season)]
    for step in range(start, end):
        usd = spent_usd[step]
        first = min(max(start, step - season // 2), max(start, end - season))
        around = [value for value in spent_usd[first : min(first + season, end)] if value is not None]
        if usd is not None and len(around) >= KNOWN_SHARE * season and (mean := sum(around) / len(around)) > 0:
            ratios[step % season].append(usd / mean)
    drawn = [
        (median(seen) * len(seen) + PRIOR_SEASONS) / (len(seen) + PRIOR_SEASONS) if seen else 1.0 for seen in ratios
    ]
    mean = fmean(drawn)
    return tuple(factor / mean for factor in drawn)


def _without_spikes(levels: Sequence[float]) -> list[float]:
    """Return the median of each level and its two neighbours; the first stays, the last is at most doubled."""
    if len(levels) < 3:
        return list(levels)
    inner = [sorted(levels[i - 1 : i + 2])[1] for i in range(1, len(levels) - 1)]
    last = min(levels[-1], 2 * levels[-2]) if levels[-2] > 0 else levels[-1]
    return [levels[0], *inner, last]


def _without_bursts(levels: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return each level, but at most three times their weighted median (at least half the weight is not above it)."""
    half, passed = sum(weights) / 2, 0.0
    for level, weight in sorted(zip(levels, weights, strict=True)):
        passed += weight
        if passed >= half and level > 0:
            return [min(one, MOST_LEVEL * level) for one in levels]
    return list(levels)
