"""Take from recorded rows what can be used, as docs/figures.md states it, and count what cannot."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from tests.recomputed.days import HOUR_US
from tests.recomputed.rows import Attempt, Event, Request, Telemetry, Unit

NOT_RECORDED = "not recorded"
EARLIEST_US = 946_684_800_000_000  # 2000-01-01: a clock that was never set
MOST = 10**12  # no request has more tokens, dollars or milliseconds
NUMBERS = ("input_tokens", "output_tokens", "cost_estimated", "latency_ms")
OPTIONAL_NUMBERS = (
    "ttft_ms",
    "cache_read_input_tokens",
    "cache_write_input_tokens",
    "reasoning_output_tokens",
    "guardrails",
)
OWN_REASONS = ("hedged", "at_limit", "over_budget")  # why the router itself did not go on with an attempt
TWELVE_DIGITS = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Call:
    """One request with what can be used of it; None is 'not recorded' or 'not usable'."""

    at_us: int
    request_id: str | None
    strategy: str
    provider: str
    model: str
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: Decimal | None
    latency_ms: Decimal | None
    ttft_ms: Decimal | None
    team: str | None
    project: str | None
    environment: str | None
    end_user: str | None
    requested_model: str
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    savings_usd: Decimal | None
    failed: bool
    price_source: str
    cost_source: str | None
    usage_source: str | None
    unpriced_reason: str | None
    reasoning_tokens: int | None
    tags: Mapping[str, str]
    service_tier: str | None
    speed: str | None
    inference_region: str | None
    used_more: bool
    guardrails: int | None

    @property
    def is_unpriced(self) -> bool:
        """Whether its cost is unknown; one that failed cost nothing, unless it is recorded to have used something."""
        return self.cost_usd is None and (not self.failed or self.usage_source is not None)

    @property
    def tokens(self) -> int:
        return (self.input_tokens or 0) + (self.output_tokens or 0)


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt with what can be used of it; without those that were given up or left out on purpose."""

    at_us: int
    request_id: str | None
    number: int
    provider: str
    model: str
    outcome: str
    error_type: str
    latency_ms: Decimal
    tokens: int
    cost_usd: Decimal | None
    usage_source: str | None

    @property
    def is_unpriced(self) -> bool:
        """Whether it used something, and nobody knows what that cost."""
        return self.cost_usd is None and self.usage_source is not None

    @property
    def is_ok(self) -> bool:
        return self.outcome == "ok"

    @property
    def is_skipped(self) -> bool:
        """Whether the provider was left out while it rested after failures; nothing was sent then."""
        return self.outcome == "skipped"

    @property
    def has_failed(self) -> bool:
        return not self.is_ok and not self.is_skipped


def calls(telemetry: Telemetry, now_us: int) -> list[Call]:
    """Return the requests that have a usable time, which is not more than a day in the future."""
    found = []
    for row in telemetry.requests:
        at_us = moment_us(row.timestamp)
        if at_us is not None and EARLIEST_US <= at_us < now_us + 24 * HOUR_US:
            found.append(_nine(row, at_us) if telemetry.nine else _call(row, at_us))
    return found


def tries(telemetry: Telemetry) -> list[Try]:
    """Return the attempts that have a time, but those that lost a race and those that found a provider full."""
    found = [_try(row) for row in telemetry.attempts or () if row.error_type not in OWN_REASONS]
    return [one for one in found if one is not None]


def set_aside(telemetry: Telemetry, now_us: int, in_period: Callable[[int], bool]) -> list[dict[str, object]]:
    """Return how many values of the period, and of rows without a usable time, could not be used, by what was wrong."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in telemetry.requests:
        if _counts(row.timestamp, now_us, in_period):
            counted.update(_faults(row, now_us, telemetry.nine))
    for one in telemetry.attempts or ():
        if one.error_type not in OWN_REASONS and _counts(one.timestamp, now_us, in_period):
            counted.update((f"attempts.{column}", reason) for column, reason in _faults_of_attempt(one))
    for event in telemetry.events:
        if _counts(event.timestamp, now_us, in_period):
            counted.update((f"guardrail_events.{column}", reason) for column, reason in _faults_of_event(event))
    counted.update(fault for unit in telemetry.units for fault in _faults_of_unit(unit))
    return [
        {"column_name": column, "reason": reason, "rows_set_aside": rows}
        for (column, reason), rows in sorted(counted.items())
    ]


def _counts(timestamp: str | None, now_us: int, in_period: Callable[[int], bool]) -> bool:
    us = moment_us(timestamp)
    return us is None or us < EARLIEST_US or us >= now_us + 24 * HOUR_US or in_period(us)


def _faults(row: Request, now_us: int, nine: bool) -> Iterable[tuple[str, str]]:
    at_us = moment_us(row.timestamp)
    if at_us is None:
        yield "timestamp", "missing"
    elif at_us < EARLIEST_US:
        yield "timestamp", "not a usable time"
    elif at_us >= now_us + 24 * HOUR_US:
        yield "timestamp", "in the future"
    yield from _no_numbers(row, NUMBERS if nine else (*NUMBERS, *OPTIONAL_NUMBERS))
    if not nine and row.cache_savings_estimated is not None and _savings(row) is None:
        yield "cache_savings_estimated", "not a number, or more than the cost"


def _faults_of_attempt(row: Attempt) -> Iterable[tuple[str, str]]:
    at_us = moment_us(row.timestamp)
    if at_us is None:
        yield "timestamp", "missing"
    elif at_us < EARLIEST_US:
        yield "timestamp", "not a usable time"
    yield from _no_numbers(row, NUMBERS)


def _faults_of_event(row: Event) -> Iterable[tuple[str, str]]:
    at_us = moment_us(row.timestamp)
    if at_us is None:
        yield "timestamp", "missing"
    elif at_us < EARLIEST_US:
        yield "timestamp", "not a usable time"
    yield from _no_numbers(row, ("cost_estimated", "cost_avoided"))


def _faults_of_unit(row: Unit) -> Iterable[tuple[str, str]]:
    """Yield what is wrong with a count, which belongs to every period: its days are the company's."""
    if row.date is None:
        yield "units.date", "missing"
    elif row.date < "2000":
        yield "units.date", "not a usable time"
    if name(row.name) is None:
        yield "units.name", "missing"
    if row.quantity is None:
        yield "units.quantity", "missing"
    elif not 0 <= row.quantity <= MOST:
        yield "units.quantity", "negative or not a number"


def _no_numbers(row: Request | Attempt | Event, columns: Iterable[str]) -> Iterable[tuple[str, str]]:
    for column in columns:
        value = getattr(row, column)
        if value is not None and amount(value) is None:
            yield column, "negative or not a number"


def _nine(row: Request, at_us: int) -> Call:
    """Return a request of a table that has nine columns only."""
    return _call(
        Request(
            row.timestamp, row.request_id, row.strategy, row.provider, row.model,
            row.input_tokens, row.output_tokens, row.cost_estimated, row.latency_ms,
        ),
        at_us,
    )  # fmt: skip


def _call(row: Request, at_us: int) -> Call:
    return Call(
        at_us=at_us,
        request_id=row.request_id,
        strategy=name(row.strategy) or NOT_RECORDED,
        provider=name(row.provider) or NOT_RECORDED,
        model=name(row.model) or NOT_RECORDED,
        input_tokens=_count(row.input_tokens),
        output_tokens=_count(row.output_tokens),
        cost_usd=amount(row.cost_estimated),
        latency_ms=amount(row.latency_ms),
        ttft_ms=amount(row.ttft_ms),
        team=name(row.team),
        project=name(row.project),
        environment=name(row.environment),
        end_user=name(row.end_user),
        requested_model=name(row.requested_model) or NOT_RECORDED,
        cache_read_tokens=_count(row.cache_read_input_tokens),
        cache_write_tokens=_count(row.cache_write_input_tokens),
        savings_usd=_savings(row),
        failed=row.status in ("error", "blocked"),
        price_source=NOT_RECORDED if row.price_source is None else row.price_source,
        cost_source=name(row.cost_source),
        usage_source=name(row.usage_source),
        unpriced_reason=name(row.unpriced_reason),
        reasoning_tokens=_count(row.reasoning_output_tokens),
        tags=json.loads(row.tags or "{}"),
        service_tier=name(row.service_tier),
        speed=name(row.speed),
        inference_region=name(row.inference_region),
        used_more=row.other_units is not None,
        guardrails=_count(row.guardrails),
    )


def _try(row: Attempt) -> Try | None:
    at_us, outcome = moment_us(row.timestamp), name(row.outcome) or NOT_RECORDED
    if at_us is None:
        return None
    return Try(
        at_us=at_us,
        request_id=row.request_id,
        number=row.attempt,
        provider=name(row.provider) or NOT_RECORDED,
        model=name(row.model) or NOT_RECORDED,
        outcome=outcome,
        error_type=name(row.error_type) or ("resting after failures" if outcome == "skipped" else NOT_RECORDED),
        latency_ms=amount(row.latency_ms) or Decimal(0),
        tokens=(_count(row.input_tokens) or 0) + (_count(row.output_tokens) or 0),
        cost_usd=amount(row.cost_estimated),
        usage_source=name(row.usage_source),
    )


def name(text: str | None) -> str | None:
    """Return a name without blanks around it; an empty one is none."""
    return (text or "").strip(" ") or None


def moment_us(text: str | None) -> int | None:
    if text is None:
        return None
    whole, _, fraction = text.partition(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * 1_000_000 + int(fraction or 0)


def amount(value: float | None) -> Decimal | None:
    """Return a number that is neither below zero nor larger than any request's, to twelve decimals."""
    if value is None or not math.isfinite(value) or value < 0 or value >= MOST:
        return None
    return Decimal(str(value)).quantize(TWELVE_DIGITS)


def _count(value: int | None) -> int | None:
    return None if value is None or value < 0 else value


def _savings(row: Request) -> Decimal | None:
    """Return what the cache took off, if the cost is known and would be at least a tenth of it without the cache."""
    cost, savings = amount(row.cost_estimated), row.cache_savings_estimated
    if cost is None or savings is None or not math.isfinite(savings) or savings >= MOST:
        return None
    exact = Decimal(str(savings)).quantize(TWELVE_DIGITS)
    return exact if cost + exact >= cost / 10 else None
