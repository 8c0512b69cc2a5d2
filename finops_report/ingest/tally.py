"""Count what a file holds while it is read: requests, tokens, costs by whose they are, and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from finops_router.records import RequestRecord

from finops_report.ingest.kinds import Kind

MOST_SAMPLES = 3
MOST_REASONS = 1000  # told apart; data are strange in more ways than anybody reads
UNKNOWN = "unknown"


@dataclass(slots=True)
class Tally:
    """What was read of one source, or of `files`; `kind` is None if it has no rows, or is of no kind that is known.

    `shown` says where it is, `name` the same in short; `passed_over` says why, if it lay in a folder of others.
    """

    shown: str
    name: str
    kind: Kind | None = None
    files: int = 1
    passed_over: str = ""
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


def together(tallies: Iterable[Tally]) -> list[Tally]:
    """Return one tally for all files of a kind, under the place of the first."""
    sums: dict[str, Tally] = {}
    for one in tallies:
        name = one.kind.name if one.kind is not None else ""
        if name not in sums:
            sums[name] = Tally(one.shown, one.name, one.kind, files=0, passed_over=one.passed_over)
        _add(sums[name], one)
    return list(sums.values())


def _add(to: Tally, one: Tally) -> None:
    to.files += one.files
    to.passed += one.passed
    to.requests += one.requests
    to.input_tokens += one.input_tokens
    to.output_tokens += one.output_tokens
    to.costs += one.costs
    to.unknown_models += one.unknown_models
    to.aside += one.aside
    to.first_aside = to.first_aside or (one.first_aside and f"{one.name}, {one.first_aside}")
    to.sample = (to.sample + one.sample)[:MOST_SAMPLES]
    for source, cost_usd in one.costs_usd.items():
        to.costs_usd[source] = to.costs_usd.get(source, Decimal(0)) + cost_usd
