"""Read the rows of any table by a mapping of its columns to ours."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec
from finops_router.calls import Served
from finops_router.ingest.foreign import REPORTED, ForeignRequest, usage_from
from finops_router.ingest.provider_names import model_name, provider_name
from finops_router.ingest.values import NO, BadValueError, amount, count, flag, mapping, milliseconds, moment_us, text
from finops_router.records import RequestRecord
from finops_router.telemetry.sinks.contract import MADE_ID

from finops_report.ingest.mapping import Mapped

SOURCE = "reported by the source"
ID_LETTERS = 32
OK = frozenset({"ok", "success", "succeeded", "true", "completed", "complete", "stop", "length", "tool_calls"})
STATUSES = frozenset({"ok", "error", "cancelled", "blocked"})


class MappedRows:
    """Reads requests by a mapping."""

    def __init__(self, mapped: Mapped) -> None:
        self._mapped = mapped

    def request_of(self, row: Mapping[str, object]) -> ForeignRequest:
        """Return the request of a row. Raises BadValueError."""
        ours: dict[str, object] = {**self._mapped.values}
        for name, theirs in self._mapped.columns.items():
            if text(row.get(theirs)) is not None or name not in ours:
                ours[name] = row.get(theirs)
        called = text(ours.get("model"))
        provider = provider_name(text(ours.get("provider")), called)
        return ForeignRequest(
            record=_record(ours, text(ours.get("request_id")) or made_id(row), provider, model_name(called, provider)),
            usage=usage_from(
                input_tokens=_count(ours, "input_tokens"),
                output_tokens=_count(ours, "output_tokens"),
                cache_read=_count(ours, "cache_read_input_tokens"),
                cache_write=_count(ours, "cache_write_input_tokens"),
                cache_write_1h=_count(ours, "cache_write_1h_input_tokens"),
                reasoning=_count(ours, "reasoning_output_tokens"),
                cached_within_input=self._mapped.cached == "within",
                reasoning_within_output=self._mapped.reasoning == "within",
            ),
            cost_usd=amount(ours.get("cost_estimated"), "cost_estimated"),
            cost_source=text(ours.get("cost_source")) or REPORTED,
            price_source=text(ours.get("price_source")) or SOURCE,
            counted_by=text(ours.get("usage_source")),
            served=Served(service_tier=text(ours.get("service_tier"))),
        )


def made_id(row: Mapping[str, object]) -> str:
    """Return an id for a row that has none, made of all it says: the same row has the same one every time."""
    said = msgspec.json.encode(sorted((name, str(value)) for name, value in row.items()))
    return MADE_ID + hashlib.sha256(said).hexdigest()[:ID_LETTERS]


def _record(ours: Mapping[str, object], request_id: str, provider: str | None, model: str | None) -> RequestRecord:
    started_us = moment_us(ours.get("timestamp"), "timestamp")
    if started_us is None:
        raise BadValueError("timestamp is missing")
    error_type = text(ours.get("error_type"))
    if error_type is not None and error_type.lower() in NO:
        error_type = None
    return RequestRecord(
        timestamp_us=started_us,
        request_id=request_id,
        strategy=text(ours.get("strategy")),
        provider=provider,
        model=model,
        latency_ms=_ms(ours, "latency"),
        ttft_ms=_ms(ours, "ttft"),
        team=text(ours.get("team")),
        project=text(ours.get("project")),
        environment=text(ours.get("environment")),
        end_user=text(ours.get("end_user")),
        operation=text(ours.get("operation")),
        requested_model=text(ours.get("requested_model")),
        response_id=text(ours.get("response_id")),
        stream=flag(ours.get("stream"), "stream"),
        status=_status(text(ours.get("status")), error_type),
        error_type=error_type,
        attempts=_count(ours, "attempts"),
        tags={str(name): str(value) for name, value in mapping(ours.get("tags")).items()} or None,
    )


def _status(written: str | None, error_type: str | None) -> str | None:
    """Return a status in our words: of ours, of success or failure, or a number of HTTP."""
    if written is None:
        return None if error_type is None else "error"
    word = written.lower()
    if word in STATUSES:
        return word
    is_http = word.isdecimal() and len(word) == 3
    return "ok" if word in OK or (is_http and word[0] in "123") else "error"


def _ms(ours: Mapping[str, object], name: str) -> float | None:
    in_ms = milliseconds(ours.get(f"{name}_ms"), f"{name}_ms")
    return milliseconds(ours.get(f"{name}_s"), f"{name}_s", 1000) if in_ms is None else in_ms


def _count(ours: Mapping[str, object], name: str) -> int | None:
    return count(ours.get(name), name)
