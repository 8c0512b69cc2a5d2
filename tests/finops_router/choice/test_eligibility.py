"""Who is asked at all: needs, bounds, regions and teams come before every strategy."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from finops_router.calls import Message, Request, Target, Tool
from finops_router.choice.eligibility import eligible
from finops_router.choice.expectations import Now, Outlook
from finops_router.choice.health import Health
from finops_router.choice.health_rules import HealthRules
from finops_router.errors import NoTargetFits
from finops_router.pricing.prices import Prices

from tests.finops_router.router_fixture import START_US, request, router_fixture

SMALL = Target(
    provider="openai", model="gpt-4o-mini", context_tokens=4_000, capabilities=frozenset({"tools"}), region="eu",
    expected_ttft_ms=200,
)  # fmt: skip
LARGE = Target(provider="anthropic", model="claude-haiku-4-5", context_tokens=200_000, expected_ttft_ms=2_000)
OWN = Target(provider="vllm", model="acme-triage-8b", region="eu")
TOOL = Tool(name="look", description="Looks.", parameters={"type": "object"})
PICTURE = Message(role="user", text="See", image_urls=("https://example.com/a.png",))


def providers_of(asked: Request, allowed: frozenset[str] | None = None) -> tuple[set[str], dict[str, str]]:
    outlook = Outlook(Health(HealthRules(), random.Random(7)), Prices(), Now(epoch_us=START_US, loop_s=0.0))
    found = eligible(asked, (SMALL, LARGE, OWN), allowed, outlook)
    return {target.provider for target in found.targets}, dict(found.left_out)


@pytest.mark.parametrize(
    ("settings", "able", "reason"),
    [
        ({}, {"openai", "anthropic", "vllm"}, ""),
        ({"estimated_input_tokens": 5_000}, {"anthropic", "vllm"}, "5000 tokens do not fit into 4000"),
        ({"max_output_tokens": 3_500}, {"anthropic", "vllm"}, "4500 tokens do not fit into 4000"),
        ({"tools": (TOOL,)}, {"openai", "anthropic", "vllm"}, ""),
        ({"messages": (PICTURE,)}, {"anthropic", "vllm"}, "cannot do vision"),
        ({"json_schema": {"type": "object"}}, {"anthropic", "vllm"}, "cannot do json"),
        ({"region": "eu"}, {"openai", "vllm"}, "not in eu"),
        ({"max_cost_usd": Decimal("0.001")}, {"openai"}, "has no known price"),
        ({"max_latency_ms": 5_000}, {"openai", "vllm"}, "expected to take 5840 ms"),
    ],
)
def test_who_is_left_out_and_why(settings: dict[str, Any], able: set[str], reason: str) -> None:
    found, left_out = providers_of(replace(request(), **settings))
    assert found == able
    assert reason in "; ".join(left_out.values())


def test_a_team_is_kept_to_its_providers() -> None:
    able, left_out = providers_of(replace(request(), team="legal"), frozenset({"anthropic"}))
    assert able == {"anthropic"}
    assert left_out["openai/gpt-4o-mini"] == "not allowed to team legal"


def test_if_none_fits_nobody_is_asked_and_the_error_has_the_reason() -> None:
    fixture = router_fixture(targets=(SMALL,))
    (failed,) = fixture.ask(request(region="us"))
    assert isinstance(failed, NoTargetFits)
    assert failed.hint == "openai/gpt-4o-mini not in us"
    assert fixture.provider.seen == {}
    (record,) = fixture.records.requests
    assert (record.status, record.error_type, record.attempts) == ("error", "no_target_fits", 0)
