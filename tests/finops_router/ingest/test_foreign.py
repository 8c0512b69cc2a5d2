"""Another tool's request is counted our way and priced once, its own amount named for what it is."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from finops_router.calls import UNKNOWN_USAGE, Usage
from finops_router.ingest.foreign import ForeignRequest, foreign_record, usage_from
from finops_router.pricing.prices import Prices
from finops_router.records import RequestRecord

RECORD = RequestRecord(
    timestamp_us=1_790_856_000_000_000, request_id="r", provider="openai", model="gpt-4o-mini", status="ok"
)
# OpenAI's example of a cached prompt (platform.openai.com/docs/guides/prompt-caching), as OpenAI counts it
OPENAI = usage_from(input_tokens=2006, output_tokens=300, cache_read=1920)
# Anthropic's of a written one (docs.claude.com, prompt caching): input_tokens is what was neither read nor written
ANTHROPIC = usage_from(input_tokens=21, output_tokens=393, cache_read=0, cache_write=188_086, cached_within_input=False)


def test_tokens_within_the_input_are_not_counted_again() -> None:
    assert Usage(input_tokens=2006, output_tokens=300, cache_read_input_tokens=1920) == OPENAI


def test_tokens_beside_the_input_come_on_top() -> None:
    assert Usage(input_tokens=188_107, output_tokens=393, cache_write_input_tokens=188_086) == ANTHROPIC


def test_more_cached_tokens_than_input_cannot_lie_within_it() -> None:
    assert usage_from(input_tokens=21, output_tokens=1, cache_read=188_086).input_tokens == 188_107


def test_reasoning_lies_within_the_output_or_comes_on_top() -> None:
    within = usage_from(input_tokens=1, output_tokens=300, reasoning=200)
    beside = usage_from(input_tokens=1, output_tokens=100, reasoning=200, reasoning_within_output=False)
    assert within.output_tokens == beside.output_tokens == 300
    assert within.reasoning_output_tokens == beside.reasoning_output_tokens == 200


def test_writes_of_an_hour_are_writes() -> None:
    usage = usage_from(input_tokens=1000, output_tokens=1, cache_write_1h=400)
    assert (usage.cache_write_input_tokens, usage.cache_write_1h_input_tokens) == (400, 400)


def test_nothing_counted_is_unknown_and_not_nothing() -> None:
    assert usage_from(input_tokens=None, output_tokens=None) is UNKNOWN_USAGE
    assert usage_from(input_tokens=0, output_tokens=0) is UNKNOWN_USAGE


def test_an_amount_of_the_source_is_kept_as_its_own() -> None:
    request = ForeignRequest(record=RECORD, usage=OPENAI, cost_usd=Decimal("0.5"), price_source="reported by X")
    record = foreign_record(request, Prices())
    assert (record.cost_estimated, record.cost_source, record.price_source) == (0.5, "reported", "reported by X")
    assert record.cache_savings_estimated is None


def test_without_an_amount_it_has_its_list_price() -> None:
    record = foreign_record(ForeignRequest(record=RECORD, usage=OPENAI), Prices())
    # 86 uncached at 0.15, 1920 cached at 0.075, 300 out at 0.60 USD a million
    assert record.cost_estimated == pytest.approx((86 * 0.15 + 1920 * 0.075 + 300 * 0.60) / 1e6, rel=1e-12)
    assert (record.cost_source, record.usage_source) == ("list", "provider")


def test_a_model_without_a_price_is_unpriced_and_not_free() -> None:
    request = ForeignRequest(record=msgspec.structs.replace(RECORD, model="our-own"), usage=OPENAI)
    record = foreign_record(request, Prices())
    assert (record.cost_estimated, record.unpriced_reason) == (None, "model")


def test_a_failed_request_without_counts_has_no_cost_to_know() -> None:
    request = ForeignRequest(record=msgspec.structs.replace(RECORD, status="error"))
    record = foreign_record(request, Prices())
    assert (record.cost_estimated, record.unpriced_reason, record.usage_source) == (None, None, None)


def test_counts_of_nobody_known_are_not_called_the_providers() -> None:
    record = foreign_record(ForeignRequest(record=RECORD, usage=OPENAI, counted_by=None), Prices())
    assert (record.usage_source, record.input_tokens) == (None, 2006)
