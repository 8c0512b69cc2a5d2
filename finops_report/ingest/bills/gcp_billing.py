"""Read Google Cloud's billing export, as BigQuery writes its rows: those of Gemini's API and Vertex AI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from finops_router.ingest.billed import BilledCost, token_class
from finops_router.ingest.values import items, mapping, text

from finops_report.ingest.bills.values import day, optional_amount, signed_amount

NAME = "gcp-billing"
TELLING = (
    frozenset({"service", "sku", "usage_start_time", "cost"}),
    frozenset({"service.description", "sku.description", "usage_start_time", "cost"}),
)
SERVICES = {"vertex ai": "gcp.vertex_ai", "generative language api": "gcp.gemini", "gemini api": "gcp.gemini"}
KIND = re.compile(
    r"[-_ ]+(generate content|text|audio|image|video|input|output|cach|prediction|token|batch|thinking|long|short"
    r"|\().*",
    re.IGNORECASE,
)


def costs_of(row: Mapping[str, object]) -> Iterable[BilledCost]:
    """Return the line of a row, less its credits; none if it is of another service. Raises BadValueError."""
    provider = SERVICES.get((_said(row, "service", "description") or "").lower())
    if provider is None:
        return
    sku = _said(row, "sku", "description") or "not described"
    credited = sum((_credit(one) for one in items(row.get("credits"))), Decimal(0))
    listed = optional_amount(row.get("cost_at_list"), "cost_at_list")
    charged = signed_amount(row.get("cost"), "cost")
    yield BilledCost(
        date=day(row.get("usage_start_time"), "usage_start_time"),
        provider=provider,
        model=KIND.sub("", sku) or None,
        line_item=sku,
        amount=charged + credited,
        currency=(text(row.get("currency")) or "USD").upper(),
        source=NAME,
        token_class=token_class(sku),
        quantity=optional_amount(_said(row, "usage", "amount"), "usage.amount")
        if token_class(sku) != "other"
        else None,
        list_amount=charged if listed is None and credited else listed,
        service_tier="batch" if "batch" in sku.lower() else None,
        account=_said(row, "project", "id"),
    )


def _credit(one: object) -> Decimal:
    return optional_amount(mapping(one).get("amount"), "credits.amount") or Decimal(0)


def _said(row: Mapping[str, object], outer: str, inner: str) -> str | None:
    """Return a value within another, be it nested or named with a point."""
    return text(row.get(f"{outer}.{inner}")) or text(mapping(row.get(outer)).get(inner))
