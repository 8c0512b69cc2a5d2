"""Bills as providers write them, and requests that they are for, at the prices of the published price pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from finops_router.calls import Usage
from finops_router.records import RequestRecord

from tests.finops_report.exports.traffic import request

# https://platform.claude.com/docs/en/about-claude/pricing: USD a million tokens of Claude Sonnet 4.5
SONNET = "claude-sonnet-4-5-20250929"
SONNET_USD: dict[str, Decimal | int] = {
    "input": 3,
    "cache_read": Decimal("0.3"),
    "cache_write": Decimal("3.75"),
    "output": 15,
}
# https://platform.openai.com/docs/pricing: of GPT-4o mini
MINI = "gpt-4o-mini-2024-07-18"
MINI_USD = {"input": Decimal("0.15"), "cache_read": Decimal("0.075"), "output": Decimal("0.6")}
ANTHROPIC_TYPES = {
    "input": "uncached_input_tokens",
    "cache_read": "cache_read_input_tokens",
    "cache_write": "cache_creation.ephemeral_5m_input_tokens",
    "output": "output_tokens",
}
OPENAI_WORDS = {"input": "input", "cache_read": "cached input", "output": "output"}
DAY = "2026-10-05"


def mtok(price: Decimal | int, tokens: int) -> Decimal:
    """Return what so many tokens cost, exactly."""
    return Decimal(price) * tokens / 1_000_000


def used(**counts: int) -> Usage:
    return msgspec.structs.replace(Usage(input_tokens=0, output_tokens=0), **counts)


def sonnet_request(at: str = f"{DAY}T12:00:00", **usage: int) -> RequestRecord:
    return request(at, ("anthropic", "claude-sonnet-4-5"), used(**usage))


def mini_request(at: str = f"{DAY}T12:00:00", **usage: int) -> RequestRecord:
    return request(at, ("openai", "gpt-4o-mini"), used(**usage))


def anthropic_bill(place: Path, tokens: Mapping[str, int], day: str = DAY, **more: Any) -> Path:
    """Write a page of the cost report: amounts in cents, without counts."""
    results = [
        {
            "currency": "USD",
            "amount": str(mtok(SONNET_USD[kind], used) * 100),
            "description": f"Claude Sonnet 4.5 Usage - {kind}",
            "cost_type": "tokens",
            "model": SONNET,
            "service_tier": "standard",
            "token_type": ANTHROPIC_TYPES[kind],
            "workspace_id": None,
            **more,
        }
        for kind, used in tokens.items()
    ]
    end = (datetime.fromisoformat(day) + timedelta(days=1)).date()
    bucket = {"starting_at": f"{day}T00:00:00Z", "ending_at": f"{end}T00:00:00Z", "results": results}
    place.write_text(json.dumps({"data": [bucket], "has_more": False, "next_page": None}))
    return place


def openai_bill(
    place: Path, tokens: Mapping[str, int], day: str = DAY, times: Decimal = Decimal(1), project: str = "proj_1"
) -> Path:
    """Write a page of the costs, with counts, at `times` the published price."""
    results = [
        {
            "object": "organization.costs.result",
            "amount": {"value": float(mtok(MINI_USD[kind], used) * times), "currency": "usd"},
            "line_item": f"{MINI}, {OPENAI_WORDS[kind]}",
            "project_id": project,
            "quantity": used,
        }
        for kind, used in tokens.items()
    ]
    start = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    bucket = {"object": "bucket", "start_time": start, "end_time": start + 86_400, "results": results}
    place.write_text(json.dumps({"object": "page", "data": [bucket], "has_more": False, "next_page": None}))
    return place


def focus_bill(place: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write FOCUS rows of OpenAI, with what they differ in."""
    usual = {
        "ChargePeriodStart": f"{DAY}T00:00:00Z",
        "BilledCost": "0",
        "BillingCurrency": "USD",
        "ServiceCategory": "AI and Machine Learning",
        "ServiceProviderName": "OpenAI",
        "BillingAccountId": "org-1",
        "SkuMeter": "Input Tokens",
        "ConsumedQuantity": "",
        "ConsumedUnit": "Tokens",
        "ListCost": "",
        "x_ModelId": MINI,
        "x_ServiceTier": "",
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, usual)
    writer.writeheader()
    writer.writerows([{**usual, **row} for row in rows])
    place.write_text(text.getvalue())
    return place
