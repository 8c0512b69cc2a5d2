"""Every column is filled by somebody: all of a routed call's, and of a call of one's own what its response knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from finops_router import (
    Delta,
    Reply,
    Request,
    Router,
    RouterError,
    Served,
    Target,
    Usage,
    attribution,
    parse,
    with_usage,
)
from finops_router.demo.clock import run_virtual
from finops_router.errors import Unavailable
from finops_router.records import AttemptRecord, GuardrailRecord, Record, RequestRecord, fields

NOW_US = 1_791_000_000_000_000
USUAL_CALLS = 25  # answers of a second, after which one that is later has a rival
SETTINGS = """
[[guardrails]]
name = "size"
kind = "tokens"
max_input_tokens = 100000

[router.groups.chat]
strategy = "performance-first"
explore_share = 0.0
hedge = true

[[router.groups.chat.targets]]
provider = "openai"
model = "gpt-4o-mini"
expected_ttft_ms = 100

[[router.groups.chat.targets]]
provider = "anthropic"
model = "claude-haiku-4-5"
"""
# What only the caller of a provider's SDK knows: its record is made with it. All other columns the response fills.
KNOWN_TO_THE_CALLER = {
    "timestamp_us",
    "request_id",
    "strategy",
    "provider",
    "latency_ms",
    "team",
    "project",
    "environment",
    "end_user",
    "operation",
    "requested_model",
    "ttft_ms",
    "error_type",
    "attempts",
    "service_tier",
    "tags",
    # what an answer says of itself only if there is something to say
    "speed",
    "inference_region",
    "other_units",
    "unpriced_reason",
    "guardrails",
}


@dataclass
class Records:
    """A recorder that keeps what it is given."""

    requests: list[Record] = field(default_factory=list)
    attempts: list[Record] = field(default_factory=list)

    def record(self, record: RequestRecord) -> None:
        self.requests.append(record)

    def record_attempt(self, record: AttemptRecord) -> None:
        self.attempts.append(record)

    def record_guardrail(self, record: GuardrailRecord) -> None:
        """No guardrail decides anything here (guardrails/test_routed.py has their events)."""


class Detailed:
    """A provider whose replies have everything a reply can have; after its usual calls it does as `then` says."""

    def __init__(self, then: float | Exception) -> None:
        self.calls = 0
        self.then = then

    async def complete(self, target: Target, request: Request) -> Reply:
        self.calls += 1
        step = 1.0 if self.calls <= USUAL_CALLS else self.then
        if isinstance(step, Exception):
            raise step
        await asyncio.sleep(step)
        usage = Usage(
            input_tokens=1000,
            output_tokens=100,
            cache_read_input_tokens=400,
            cache_write_input_tokens=30,
            cache_write_1h_input_tokens=10,
            reasoning_output_tokens=50,
            other_units={"input_text_tokens": 1000},
        )
        served = Served(service_tier="default", speed="standard", inference_region="global")
        return Reply(model=target.model, usage=usage, response_id="r-1", ttft_ms=300.0, served=served)

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        yield await self.complete(target, request)


def routed(then: float | Exception, anthropic: float | Exception) -> Records:
    """The records of the usual calls at openai and of one more, for which both providers do as they are told."""
    kept, first, second = Records(), Detailed(then), Detailed(anthropic)
    second.calls = USUAL_CALLS
    router = Router(parse(SETTINGS, "finops.toml"), {"openai": first, "anthropic": second}, kept, lambda: NOW_US)

    async def traffic() -> None:
        for number in range(USUAL_CALLS + 1):
            request = Request(request_id=f"q-{number}", group="chat", estimated_input_tokens=1000, end_user="somebody")
            with attribution(team="search", project="answer-box", environment="production", tags={"tier": "gold"}):
                try:
                    async for _ in router.stream(request):
                        pass
                except RouterError:
                    continue  # recorded as well

    run_virtual(traffic())
    return kept


def filled(records: list[Record]) -> set[str]:
    """The columns that at least one of the records has a value in."""
    return {name for record in records for name in record.__struct_fields__ if getattr(record, name) is not None}


def test_a_routed_call_fills_every_column_of_its_request() -> None:
    answered, failed = routed(1.0, 1.0), routed(Unavailable("down", 503), Unavailable("down", 503))
    assert filled(answered.requests[-1:]) == set(fields(RequestRecord)) - {"error_type", "unpriced_reason"}
    assert "error_type" in filled(failed.requests[-1:])


def test_the_attempts_of_routed_calls_fill_every_column_of_attempts() -> None:
    failed, hedged = routed(Unavailable("down", 503), 1.0), routed(20.0, 0.5)
    assert filled(failed.attempts + hedged.attempts) == set(fields(AttemptRecord))


ANTHROPIC: dict[str, Any] = {
    "id": "msg_1",
    "model": "claude-sonnet-4-5",
    "usage": {
        "input_tokens": 10,
        "cache_read_input_tokens": 100,
        "cache_creation_input_tokens": 50,
        "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30},
        "output_tokens": 7,
    },
}


@pytest.mark.parametrize("response", [ANTHROPIC, [ANTHROPIC]], ids=["plain", "streamed"])
def test_a_response_fills_every_column_its_caller_does_not_know(
    response: Mapping[str, Any] | list[Mapping[str, Any]],
) -> None:
    record = RequestRecord(timestamp_us=NOW_US, request_id="r", provider="anthropic")
    made_with = {"timestamp_us", "request_id", "provider"}
    assert filled([with_usage(record, response)]) - made_with == set(fields(RequestRecord)) - KNOWN_TO_THE_CALLER
