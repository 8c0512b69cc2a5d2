"""Define what travels through the router: plain frozen values without behaviour."""

from __future__ import annotations

import msgspec


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finished request as the `telemetry` table keeps it (sql/schema/001_telemetry.sql).

    A `msgspec.Struct` and not a dataclass because it is made and encoded once for every request.
    `timestamp_us` is the start of the request in microseconds since 1970-01-01 UTC; `cost_estimated`
    is USD, None where no price is known; token counts include cached and reasoning tokens.
    """

    timestamp_us: int
    request_id: str
    strategy: str | None = None
    provider: str | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_estimated: float | None = None
    latency_ms: float | None = None
    team: str | None = None
    project: str | None = None
    environment: str | None = None
    end_user: str | None = None
    operation: str | None = None
    requested_model: str | None = None
    response_id: str | None = None
    cache_read_input_tokens: int | None = None
    cache_write_input_tokens: int | None = None
    cache_write_1h_input_tokens: int | None = None
    reasoning_output_tokens: int | None = None
    ttft_ms: float | None = None
    stream: bool | None = None
    status: str | None = None
    error_type: str | None = None
    attempts: int | None = None
    service_tier: str | None = None
    price_source: str | None = None
    tags: dict[str, str] | None = None


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One try at a provider as the `attempts` table keeps it; `attempt` counts from 1."""

    timestamp_us: int
    request_id: str
    attempt: int
    provider: str
    model: str
    outcome: str
    error_type: str | None = None
    http_status: int | None = None
    latency_ms: float | None = None
    ttft_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_estimated: float | None = None
    hedge: bool | None = None


class GuardrailRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One guardrail decision as the `guardrail_events` table keeps it; never any prompt text."""

    timestamp_us: int
    request_id: str
    guardrail: str
    action: str
    team: str | None = None
    project: str | None = None
    severity: str | None = None
    detail: str | None = None
