"""List the kinds of records and their columns: the only place where a column is declared.

A field is a column of its kind's table, by its name and with its type; `timestamp_us` alone becomes the column
`timestamp`. The journal's lines, what a sink reads of them and what it inserts all follow from these classes. The
tables of sql/schema repeat the columns because they are a public contract; a test compares the two.

Lines carry no tag, so that every journal ever written stays readable: a kind is known by its `mark`, a key that all of
its lines have and no other kind's do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, ClassVar, Protocol, get_args, get_origin

import msgspec


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One finished request as the `telemetry` table keeps it (sql/schema/001_telemetry.sql).

    A `msgspec.Struct` and not a dataclass because it is made and encoded once for every request; `gc=False` because a
    record never holds itself.
    `timestamp_us` is the start of the request in microseconds since 1970-01-01 UTC; `cost_estimated`
    is USD, None if no price is known; token counts include cached and reasoning tokens.
    `other_units` is what else is charged for, by the price list's name of the unit; `usage_source`, `cost_source` and
    `unpriced_reason` say where counts and amount come from (sql/schema/008_cost_and_usage_sources.sql).
    `guardrails` is how many guardrails looked at the request; None: nobody knows of any.
    `cache_savings_estimated` is the USD that cached tokens took off it (below zero: that writing them added).
    """

    table: ClassVar[str] = "telemetry"
    mark: ClassVar[str | None] = None

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
    cache_savings_estimated: float | None = None
    tags: dict[str, str] | None = None
    usage_source: str | None = None
    cost_source: str | None = None
    unpriced_reason: str | None = None
    speed: str | None = None
    inference_region: str | None = None
    other_units: dict[str, int | float] | None = None
    guardrails: int | None = None


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One try at a provider as the `attempts` table keeps it; `attempt` counts from 1."""

    table: ClassVar[str] = "attempts"
    mark: ClassVar[str | None] = "attempt"

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
    usage_source: str | None = None
    cost_source: str | None = None


class GuardrailRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One guardrail decision as the `guardrail_events` table keeps it; never any prompt text.

    `action` is 'blocked', 'flagged', 'redacted', 'exempted' or 'failed', `stage` where in the call: 'request', 'target'
    or 'answer'; `findings` counts what it was about. `cost_estimated` is the USD that the call cost which it concerns;
    if it was blocked before it was sent, that is None and `cost_avoided` is what it was expected to cost.
    """

    table: ClassVar[str] = "guardrail_events"
    mark: ClassVar[str | None] = "guardrail"

    timestamp_us: int
    request_id: str
    guardrail: str
    action: str
    team: str | None = None
    project: str | None = None
    severity: str | None = None
    detail: str | None = None
    stage: str | None = None
    findings: int | None = None
    provider: str | None = None
    model: str | None = None
    cost_estimated: float | None = None
    cost_avoided: float | None = None


Record = RequestRecord | AttemptRecord | GuardrailRecord
KINDS: tuple[type[Record], ...] = get_args(Record)


MOMENT = "timestamp_us"  # the one field that its column does not share its name with


def kind_of(fields: Mapping[str, Any]) -> type[Record]:
    """Return the kind of a record by the names of its fields: the one whose mark is among them, else a request."""
    return next((kind for kind in KINDS if kind.mark in fields), RequestRecord)


def fields(kind: type[Record]) -> dict[str, type]:
    """Return the fields of a kind in their order, each with the Python type of its values, which None may stand for."""
    return {field.name: _type_of_values(field.type) for field in msgspec.structs.fields(kind)}


def columns(kind: type[Record]) -> list[str]:
    """Return the columns of a kind's table in the order of its fields."""
    return ["timestamp" if name == MOMENT else name for name in fields(kind)]


def _type_of_values(annotation: Any) -> type:
    """Return `int` of `int | None`, `dict` of `dict[str, str]`."""
    if isinstance(annotation, UnionType):
        (annotation,) = (part for part in get_args(annotation) if part is not NoneType)
    plain: type = get_origin(annotation) or annotation
    return plain


class Recorder(Protocol):
    """Where records go, one call each; a call neither waits nor raises."""

    def record(self, record: RequestRecord) -> None: ...
    def record_attempt(self, record: AttemptRecord) -> None: ...
    def record_guardrail(self, record: GuardrailRecord) -> None: ...
