"""Read Anthropic's costs: pages of /v1/organizations/cost_report, by UTC day; amounts are in cents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from finops_router.ingest.billed import BilledCost
from finops_router.ingest.values import items, mapping, text

from finops_report.ingest.bills.values import day, signed_amount

NAME = "anthropic-costs"
TELLING = (frozenset({"starting_at", "results.amount"}),)
CENTS = Decimal(100)
CLASSES = {
    "uncached_input_tokens": "input",
    "output_tokens": "output",
    "cache_read_input_tokens": "cache_read",
    "cache_creation.ephemeral_5m_input_tokens": "cache_write",
    "cache_creation.ephemeral_1h_input_tokens": "cache_write",
}
STANDARD = "standard"


def costs_of(row: Mapping[str, object]) -> Iterable[BilledCost]:
    """Return the lines of a bucket. Raises BadValueError."""
    date = day(row.get("starting_at"), "starting_at")
    for result in items(row.get("results")):
        found = mapping(result)
        tier, kind = text(found.get("service_tier")), text(found.get("token_type")) or ""
        yield BilledCost(
            date=date,
            provider="anthropic",
            model=text(found.get("model")),
            line_item=text(found.get("description")) or text(found.get("cost_type")) or "not described",
            amount=signed_amount(found.get("amount"), "amount") / CENTS,
            currency=(text(found.get("currency")) or "USD").upper(),
            source=NAME,
            token_class=CLASSES.get(kind, "other"),
            service_tier=None if tier == STANDARD else tier,
            account=text(found.get("workspace_id")),
        )
