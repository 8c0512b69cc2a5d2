"""Langfuse's observations come in with Langfuse's own counts and costs, from its page, its API and a bucket."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from finops_router.ingest.values import BadValueError

from finops_report.ingest.langfuse import request_of
from tests.conftest import Run
from tests.finops_report.ingest.conftest import FORMS, Rows, as_csv


def observation(**changes: Any) -> dict[str, Any]:
    """An observation as the API has it, with OpenAI's example of a cached prompt as Langfuse stores it.

    OpenAI counts prompt_tokens 2006 with cached_tokens 1920 (platform.openai.com/docs/guides/prompt-caching); Langfuse
    takes the cached ones out of `input` (langfuse: packages/shared/src/server/ingestion/types.ts).
    """
    row: dict[str, Any] = {
        "id": "o1",
        "traceId": "t1",
        "type": "GENERATION",
        "name": "answer",
        "startTime": "2026-10-01T12:00:00.000Z",
        "endTime": "2026-10-01T12:00:01.500Z",
        "completionStartTime": "2026-10-01T12:00:00.250Z",
        "providedModelName": "gpt-4o-mini",
        "usageDetails": {
            "input": 86,
            "input_cached_tokens": 1920,
            "output": 172,
            "output_reasoning_tokens": 128,
            "total": 2306,
        },
        "costDetails": {"input": 0.0000129, "input_cached_tokens": 0.000144, "output": 0.00018, "total": 0.0003369},
        "totalCost": 0.0003369,
        "level": "DEFAULT",
        "environment": "production",
        "userId": "u7",
        "input": "a prompt",
    }
    return row | changes


# Anthropic's example of a written prompt: 21 tokens were neither read nor written
ANTHROPIC = observation(
    id="o2",
    providedModelName="claude-sonnet-4-5",
    usageDetails={"input": 21, "cache_creation_input_tokens": 188_086, "cache_read_input_tokens": 0, "output": 393},
    costDetails={"input": 0.000063, "cache_creation_input_tokens": 0.7053225, "output": 0.005895},
    totalCost=0.7112805,
)
SPAN = observation(id="s1", type="SPAN", providedModelName=None, usageDetails={}, costDetails={}, totalCost=0)
FAILED = observation(id="o3", level="ERROR", usageDetails={}, costDetails={}, totalCost=None)
ALL = (observation(), ANTHROPIC, SPAN, FAILED)


@pytest.mark.parametrize("form", FORMS)
def test_totals_are_langfuses_own_in_every_form(run: Run, tmp_path: Path, rows: Rows, form: str) -> None:
    result = run("ingest", FORMS[form](tmp_path / f"o.{form}", ALL))
    assert "Langfuse observations, 3 requests, 190,113 tokens in, 693 out" in result.stdout, result.output
    assert "1 row passed over" in result.stdout
    found = rows()
    costs = [Decimal(repr(row["cost_estimated"])) for row in found if row["cost_estimated"] is not None]
    assert sum(costs) == Decimal("0.0003369") + Decimal("0.7112805")
    assert {row["cost_source"] for row in found} == {"reported", None}
    assert {row["provider"] for row in found} == {"openai", "anthropic"}


def test_kinds_of_tokens_are_beside_one_another() -> None:
    usage = request_of(observation())
    assert usage is not None
    assert (usage.usage.input_tokens, usage.usage.output_tokens) == (2006, 300)
    assert (usage.usage.cache_read_input_tokens, usage.usage.reasoning_output_tokens) == (1920, 128)
    anthropic = request_of(ANTHROPIC)
    assert anthropic is not None
    assert (anthropic.usage.input_tokens, anthropic.usage.cache_write_input_tokens) == (188_107, 188_086)


def test_counts_whose_total_has_no_room_for_them_are_within_one_another() -> None:
    details = {"input": 2006, "input_cached_tokens": 1920, "output": 300, "total": 2306}
    found = request_of(observation(usageDetails=details))
    assert found is not None
    assert (found.usage.input_tokens, found.usage.cache_read_input_tokens) == (2006, 1920)


def test_times_are_read_from_moments_or_seconds() -> None:
    found = request_of(observation())
    assert found is not None
    assert (found.record.latency_ms, found.record.ttft_ms) == (1500.0, 250.0)
    plain = request_of(observation(endTime=None, completionStartTime=None, latency=2.5, timeToFirstToken=0.5))
    assert plain is not None
    assert (plain.record.latency_ms, plain.record.ttft_ms) == (2500.0, 500.0)


def test_the_names_of_the_pages_export_are_read_too(run: Run, tmp_path: Path, rows: Rows) -> None:
    export = {
        "id": "o1",
        "trace_id": "t1",
        "type": "GENERATION",
        "start_time": "2026-10-01 12:00:00.000",
        "end_time": "2026-10-01 12:00:01.500",
        "level": "DEFAULT",
        "model": "gpt-4o-mini",
        "input_tokens": 100,
        "output_tokens": 20,
        "total_cost": "0.5",
        "trace_name": "ranker",
        "tags": ["canary"],
    }
    assert run("ingest", as_csv(tmp_path / "o.csv", [export])).exit_code == 0
    (row,) = rows()
    assert (row["input_tokens"], row["output_tokens"], row["cost_estimated"]) == (100, 20, 0.5)
    assert (row["project"], json.loads(row["tags"]), row["latency_ms"]) == ("ranker", {"canary": "true"}, 1500.0)


def test_pages_of_the_api_are_read(run: Run, tmp_path: Path, rows: Rows) -> None:
    for page in (1, 2):
        data = [observation(id=f"o{page}-{number}") for number in range(3)]
        (tmp_path / f"page{page}.json").write_text(json.dumps({"data": data, "meta": {"page": page}}), encoding="utf-8")
    assert "6 new requests" in run("ingest", "page1.json", "page2.json").stdout
    assert len(rows()) == 6


def test_a_cost_of_nothing_beside_tokens_is_no_cost() -> None:
    found = request_of(observation(costDetails={}, totalCost=0))
    assert found is not None
    assert found.cost_usd is None
    given = request_of(observation(costDetails={"total": 0}))
    assert given is not None
    assert given.cost_usd == 0


def test_a_failed_generation_is_an_error() -> None:
    found = request_of(FAILED)
    assert found is not None
    assert (found.record.status, found.usage.source) == ("error", "none")


def test_an_observation_that_cannot_be_read_says_why() -> None:
    with pytest.raises(BadValueError, match="startTime is missing"):
        request_of(observation(startTime=None))
    with pytest.raises(BadValueError, match="input is no count"):
        request_of(observation(usageDetails={"input": -1}))
