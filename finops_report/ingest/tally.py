"""Count what a file holds while it is read: requests, tokens, costs by whose they are, and what could not be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from finops_router.records import RequestRecord

from finops_report.ingest.kinds import Kind

MOST_SAMPLES = 3
MOST_REASONS = 1000  # told apart; data are strange in more ways than anybody reads
UNKNOWN = "unknown"


@dataclass(slots=True)
class Tally:
    """What was read of one file; `kind` is None if it has no rows."""

    path: Path
    kind: Kind | None = None
    passed: int = 0
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    costs_usd: dict[str, Decimal] = field(default_factory=dict)
    costs: Counter[str] = field(default_factory=Counter)
    unknown_models: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)
    first_aside: str = ""
    sample: list[RequestRecord] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return self.requests + self.passed + self.rows_aside

    @property
    def rows_aside(self) -> int:
        """How many rows were set aside."""
        return self.aside.total()

    def add(self, record: RequestRecord) -> None:
        """Count a request."""
        self.requests += 1
        self.input_tokens += record.input_tokens or 0
        self.output_tokens += record.output_tokens or 0
        if record.cost_estimated is not None:
            source = record.cost_source or UNKNOWN
            self.costs[source] += 1
            cost_usd = Decimal(repr(record.cost_estimated))
            self.costs_usd[source] = self.costs_usd.get(source, Decimal(0)) + cost_usd
        elif record.unpriced_reason is not None:
            self.costs[UNKNOWN] += 1
            if record.unpriced_reason == "model":
                self.unknown_models[f"{record.provider or 'unknown provider'}/{record.model or 'no model'}"] += 1
        if len(self.sample) < MOST_SAMPLES:
            self.sample.append(record)

    def set_aside(self, line: int, reason: str) -> None:
        """Count a row that could not be read."""
        self.first_aside = self.first_aside or f"line {line}: {reason}"
        self.aside[reason if len(self.aside) < MOST_REASONS else "other reasons"] += 1
