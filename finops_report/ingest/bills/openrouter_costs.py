"""Read what OpenRouter took by day and model: its activity as the API gives it; all kinds of tokens in one amount."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from finops_router.ingest.billed import BilledCost
from finops_router.ingest.values import text

from finops_report.ingest.bills.values import day, optional_amount, signed_amount

NAME = "openrouter-costs"
TELLING = (frozenset({"date", "model_permaslug", "usage", "requests"}),)


def costs_of(row: Mapping[str, object]) -> Iterable[BilledCost]:
    """Return the line of a row: what OpenRouter took, with what the provider took of a key of one's own."""
    model = text(row.get("model_permaslug")) or text(row.get("model"))
    own_key = optional_amount(row.get("byok_usage_inference"), "byok_usage_inference") or Decimal(0)
    counts = [optional_amount(row.get(name), name) for name in ("prompt_tokens", "completion_tokens")]
    yield BilledCost(
        date=day(row.get("date"), "date"),
        provider="openrouter",
        model=model,
        line_item=f"{model or 'not recorded'} at {text(row.get('provider_name')) or 'any provider'}",
        amount=signed_amount(row.get("usage"), "usage") + own_key,
        currency="USD",
        source=NAME,
        quantity=None if None in counts else sum((one for one in counts if one is not None), Decimal(0)),
    )
