"""Hold what was used in a period as statements need it: a line a team, project, environment and target."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from finops_report.warehouse import View


@dataclass(frozen=True, slots=True)
class Line:
    """What one team used of one target; names are None if they are not recorded, the cost if nothing has a price."""

    team: str | None
    project: str | None
    environment: str | None
    provider: str
    model: str
    requests: int
    unpriced_requests: int
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: Decimal | None

    @property
    def exact_usd(self) -> Fraction:
        """The cost to calculate with; what has no known price is charged to nobody."""
        return Fraction(self.cost_usd or 0)


STATEMENT_LINES = View("statement_lines", Line)
