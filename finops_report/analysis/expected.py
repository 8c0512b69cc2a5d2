"""Hold what is expected to be spent by the end of a period, with the interval it lies in four times of five."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Expected:
    """Spend at the end of a period in USD: the likeliest amount, and the bounds of its 80 % interval."""

    usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
