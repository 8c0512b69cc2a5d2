"""Place values on an axis: linear, logarithmic, days, or one band for each category."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from finops_report.wording import formats
from finops_report.wording.conventions import MINUS, current


@dataclass(frozen=True, slots=True)
class Linear:
    """Maps values from `low` to `high` to pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        step = nice_step((self.high - self.low) / max(most, 1))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [index * step for index in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Log:
    """Maps positive values by their logarithm; ticks at 1, 2 and 5 of each decade, or at decades."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (math.log10(max(value, self.low)) - math.log10(self.low)) / (
            math.log10(self.high) - math.log10(self.low)
        )
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for steps in ((1, 2, 5), (1,)):
            found = [step * 10.0**decade for decade in decades for step in steps]
            found = [tick for tick in found if self.low * 0.999 <= tick <= self.high * 1.001]
            if len(found) <= most:
                return found
        return found


@dataclass(frozen=True, slots=True)
class Days:
    """Maps moments from midnight of day `low` to midnight of day `high` to pixels from `start` to `end`."""

    low: date
    high: date
    start: float
    end: float

    def at(self, iso: str) -> float:
        passed = datetime.fromisoformat(iso) - datetime.combine(self.low, time())
        return self.start + passed / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int) -> list[str]:
        """Return at most about `most` midnights as ISO days, a whole number of days apart."""
        days = (self.high - self.low).days
        step = max(1, -(-days // max(most, 1)))
        return [(self.low + timedelta(days=day)).isoformat() for day in range(0, days + 1, step)]


@dataclass(frozen=True, slots=True)
class Bands:
    """One band for each category, all of equal width, in the given order."""

    names: Sequence[str]
    start: float
    end: float

    @property
    def width(self) -> float:
        return (self.end - self.start) / max(len(self.names), 1)

    def middle(self, name: str) -> float:
        return self.start + (self.names.index(name) + 0.5) * self.width


def nice_step(raw: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least `raw`."""
    if raw <= 0 or not math.isfinite(raw):
        return 1.0
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= raw * 0.9999)


def nice_top(top: float, most: int) -> float:
    """Return the end of an axis from zero: the first tick at or above `top`."""
    step = nice_step(top / max(most, 1))
    return max(math.ceil(top / step - 1e-9), 1) * step


def short(value: float, prefix: str = "", suffix: str = "") -> str:
    """Return the text of a tick: 1k, 1.2M, $0.002, −$5."""
    if value < 0:
        return f"{MINUS}{short(-value, prefix, suffix)}"
    return f"{prefix}{_shortened(value)}{suffix}"


def _shortened(value: float) -> str:
    """Return a number of 0 or more with three digits, in thousands, millions and so on."""
    number = current().number
    for size, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{number(f'{value / size:.3g}' if value < 1e15 else f'{value / size:,.0f}')}{unit}"
    return number(f"{value:.12f}".rstrip("0") if 0 < value < 0.001 else f"{value:.3g}")


def day_label(iso: str, previous: str | None) -> str:
    """Return an ISO day as '1 Oct'; with its year if the label before it is of another year."""
    day = date.fromisoformat(iso[:10])
    new_year = previous is not None and date.fromisoformat(previous[:10]).year != day.year
    return formats.day(day) if new_year else formats.day_of_year(day)
