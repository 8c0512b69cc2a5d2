"""Turn the rows of the views into the few numbers that answers and headlines compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from finops_report.calendar.period import Period
from finops_report.warehouse import Answers, Row
from finops_report.warehouse.views import View
from finops_report.wording import formats
from finops_report.wording.currency import Currency
from finops_report.wording.formats import Number

RowType = TypeVar("RowType")


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole period; what the cache saved is None if nobody recorded it."""

    requests: int
    cost_usd: Decimal
    unpriced_requests: int
    unpriced_tokens: int
    failed_requests: int
    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int | None
    cache_savings_usd: Decimal | None
    providers: int
    models: int


@dataclass(frozen=True, slots=True)
class SideSpend:
    """One side of the comparison, 'old' or 'new'."""

    side: str
    requests: int
    cost_usd: Decimal
    unpriced_requests: int
    tokens: int


@dataclass(frozen=True, slots=True)
class SideLatency:
    """Quantiles of one side of the comparison in milliseconds."""

    side: str
    requests: int
    p50_ms: float
    p95_ms: float


TOTALS = View("totals", Totals)
COMPARISON = View("comparison", SideSpend)
LATENCY_COMPARED = View("latency_compared", SideLatency)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison; money in USD, times in milliseconds, None where nothing is recorded."""

    requests: int
    cost_usd: Decimal
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the answers are made of: totals, both sides of the comparison, and the rows by view.

    Amounts are in USD; `currency` says them.
    """

    period: Period
    currency: Currency
    requests: int
    cost_usd: Decimal
    unpriced_requests: int
    unpriced_tokens: int
    failed_requests: int
    input_tokens: int
    output_tokens: int
    providers: int
    models: int
    old: Side | None
    new: Side | None
    views: Mapping[str, list[Row]]
    has_attempts: bool
    as_of: datetime | None

    def money(self, usd: Number | None) -> str:
        """Say an amount of USD in the report's currency."""
        return self.currency.money(usd)

    @property
    def cost_change(self) -> float | None:
        """Relative change of spend between the two sides; None when there is nothing to compare with."""
        if self.old is None or self.new is None or not self.old.cost_usd:
            return None
        return float(self.new.cost_usd / self.old.cost_usd) - 1

    @property
    def volume_change(self) -> float | None:
        """Relative change of the number of requests between the two sides."""
        if self.old is None or self.new is None or not self.old.requests:
            return None
        return self.new.requests / self.old.requests - 1

    @property
    def unpriced_share(self) -> float:
        return self.unpriced_requests / self.requests if self.requests else 0.0

    def rows(self, view: View[RowType]) -> tuple[RowType, ...]:
        """The rows of a view, typed."""
        return view.rows(self.views[view.name])

    def row(self, view: View[RowType]) -> RowType:
        """The only row of a view that has exactly one."""
        (row,) = self.rows(view)
        return row

    def one(self, view: str) -> Row:
        """The only row of a view that has exactly one."""
        return self.views[view][0]


def facts(answers: Answers, currency: Currency) -> Facts:
    """Read totals and both sides of the comparison off the views."""
    totals: Mapping[str, Any] = answers.views["totals"][0]
    sides = {row["side"]: row for row in answers.views["comparison"]}
    latency = {row["side"]: row for row in answers.views["latency_compared"]}
    compared = answers.period.basis != "none"
    last_us = answers.extent.last_us
    return Facts(
        period=answers.period,
        currency=currency,
        requests=totals["requests"],
        cost_usd=totals["cost_usd"],
        unpriced_requests=totals["unpriced_requests"],
        unpriced_tokens=totals["unpriced_tokens"],
        failed_requests=totals["failed_requests"],
        input_tokens=totals["input_tokens"],
        output_tokens=totals["output_tokens"],
        providers=totals["providers"],
        models=totals["models"],
        old=_side("old", sides, latency) if compared else None,
        new=_side("new", sides, latency),
        views=answers.views,
        has_attempts=answers.source.has_attempts,
        as_of=None if last_us is None else datetime.fromtimestamp(last_us // 1_000_000, UTC),
    )


def _side(name: str, sides: Mapping[str, Row], latency: Mapping[str, Row]) -> Side | None:
    if name not in sides:
        return None
    row, times = sides[name], latency.get(name, {})
    return Side(row["requests"], row["cost_usd"], times.get("p50_ms"), times.get("p95_ms"))


def share_of(part: int | Decimal, whole: int | Decimal) -> str:
    """A part of a whole as percent; of nothing it is 'none'."""
    return formats.percent(float(part) / float(whole)) if whole else "none"
