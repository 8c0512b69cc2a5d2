"""Hold what an alert is: one threshold that one budget passed in one period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Alert:
    """A threshold that was passed; `title` and `facts` are what readers get, `figures` what programs get.

    Money of `figures` is in the report's currency. `kind` is 'actual' if it was spent, 'forecast' if it will be.
    """

    budget: str
    period: str
    kind: str
    threshold: Decimal
    title: str
    facts: Mapping[str, str]
    figures: Mapping[str, str | float | None]

    @property
    def key(self) -> str:
        """The name under which it is remembered that somebody was told: budget, period and threshold."""
        return f"{self.budget}, {self.period}, {self.kind} {self.threshold.normalize():f}"
