"""Read AWS's Cost and Usage Report (2.0, or with the older names): the lines of Amazon Bedrock alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from finops_router.ingest.billed import BilledCost, token_class
from finops_router.ingest.values import text

from finops_report.ingest.bills.values import day, optional_amount, signed_amount

NAME = "aws-cur"
TELLING = (
    frozenset({"line_item_usage_start_date", "line_item_unblended_cost", "line_item_usage_type"}),
    frozenset({"lineItem/UsageStartDate", "lineItem/UnblendedCost", "lineItem/UsageType"}),
)
BEDROCK = re.compile(r"bedrock", re.IGNORECASE)
KIND = re.compile(
    r"[-_ ]*(cache|input|output|inp\b|prompt|text|token|batch|flex|priority|invocation|global|cross).*", re.IGNORECASE
)
REGION = re.compile(r"^[A-Z]{2,4}[0-9]?[A-Z0-9]*-")
TIERS = ("batch", "flex", "priority")
THOUSAND = re.compile(r"per 1[,]?000 |1K tokens", re.IGNORECASE)


def costs_of(row: Mapping[str, object]) -> Iterable[BilledCost]:
    """Return the line of a row, none if it is of another service. Raises BadValueError."""
    found = {_name(key): value for key, value in row.items()}
    product = f"{found.get('product_code')} {found.get('description')} {found.get('product_product_name')}"
    if not BEDROCK.search(product):
        return
    usage = text(found.get("usage_type")) or ""
    described = text(found.get("description"))
    words = f"{usage} {described or ''}"
    quantity = optional_amount(found.get("usage_amount"), "usage_amount")
    if quantity is not None and token_class(words) != "other":
        quantity *= _tokens_each(text(found.get("pricing_unit")) or described or "")
    yield BilledCost(
        date=day(found.get("usage_start_date"), "usage_start_date"),
        provider="aws.bedrock",
        model=KIND.sub("", REGION.sub("", usage)) or None,
        line_item=described or usage or "not described",
        amount=signed_amount(found.get("unblended_cost"), "unblended_cost"),
        currency=(text(found.get("currency_code")) or "USD").upper(),
        source=NAME,
        token_class=token_class(words),
        quantity=quantity,
        list_amount=optional_amount(found.get("public_on_demand_cost"), "public_on_demand_cost"),
        service_tier=next((tier for tier in TIERS if tier in usage.lower()), None),
        account=text(found.get("usage_account_id")),
    )


def _tokens_each(unit: str) -> int:
    """Return how many tokens one of the unit that is billed is."""
    words = unit.lower()
    if "million" in words or "1m tokens" in words:
        return 1_000_000
    return 1_000 if THOUSAND.search(words) else 1


def _name(column: str) -> str:
    """Return the name of a column in one way: line_item_usage_type and lineItem/UsageType are usage_type."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.replace("/", "_")).lower()
    for prefix in ("line_item_line_item_", "line_item_"):
        if words.startswith(prefix):
            return words.removeprefix(prefix)
    return words.removeprefix("pricing_") if "public_on_demand_cost" in words else words
