"""Read OpenAI's costs: pages of /v1/organization/costs, or the export of its page as CSV.

A bucket is a UTC day; a line item is a model and what of it ('gpt-4o-2024-08-06, cached input'), or a tool.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from finops_router.ingest.billed import BilledCost, token_class
from finops_router.ingest.values import BadValueError, items, mapping, moment_us, text

from finops_report.ingest.bills.values import day_of, signed_amount

NAME = "openai-costs"
TELLING = (frozenset({"start_time", "results.amount"}), frozenset({"start_time", "amount_value", "line_item"}))
TIERS = ("batch", "flex", "priority")
TOOLS = ("tool call", "search", "session", "storage", "image", "fine-tun", "training")


def costs_of(row: Mapping[str, object]) -> Iterable[BilledCost]:
    """Return the lines of a bucket, or of a row of the export. Raises BadValueError."""
    if "results" in row:
        for result in items(row["results"]):
            found = mapping(result)
            paid = mapping(found.get("amount"))
            yield _cost(row, found, paid.get("value"), paid.get("currency"))
    else:
        yield _cost(row, row, row.get("amount_value"), row.get("amount_currency"))


def _cost(row: Mapping[str, object], found: Mapping[str, object], value: object, currency: object) -> BilledCost:
    item = text(found.get("line_item"))
    if item is None:
        raise BadValueError("line_item is missing: ask for costs with group_by=line_item")
    model, comma, kind = item.partition(", ")
    is_model = bool(comma) and not any(word in item.lower() for word in TOOLS)
    return BilledCost(
        date=_day(row),
        provider="openai",
        model=model.split(" ")[0] if is_model else None,
        line_item=item,
        amount=signed_amount(value, "amount"),
        currency=(text(currency) or "usd").upper(),
        source=NAME,
        token_class=token_class(kind) if is_model else "other",
        quantity=None if found.get("quantity") is None else signed_amount(found.get("quantity"), "quantity"),
        service_tier=next((tier for tier in TIERS if tier in item.lower()), None),
        account=text(found.get("project_id")),
    )


def _day(row: Mapping[str, object]) -> date:
    us = moment_us(row.get("start_time"), "start_time")
    if us is None:
        raise BadValueError("start_time is missing")
    return day_of(us)
