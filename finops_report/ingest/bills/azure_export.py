"""Read Azure's cost export (actual or amortized, any agreement): the lines of Azure OpenAI and Foundry's models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from finops_router.ingest.billed import BilledCost, token_class
from finops_router.ingest.values import text

from finops_report.ingest.bills.values import day, optional_amount, signed_amount

NAME = "azure-export"
TELLING = (frozenset({"metercategory", "metersubcategory", "metername", "quantity"}),)
MODELS = re.compile(r"azure openai|openai|foundry|ai services", re.IGNORECASE)
KIND = re.compile(
    r"[-_ ]+(cached?|cchd|input|inp|inpt|output|outp|opt|prompt|completion|tokens?|batch|glbl|global|regnl|data zone"
    r"|dz|1m|1k)\b.*",
    re.IGNORECASE,
)
SHORT = {"cchd": "cached", "inpt": "input", "inp": "input", "opt": "output", "outp": "output", "outpt": "output"}
UNITS = {"1m": 1_000_000, "1k": 1_000}


def costs_of(row: Mapping[str, object]) -> Iterable[BilledCost]:
    """Return the line of a row, none if it is of another service. Raises BadValueError."""
    found = {re.sub(r"[^a-z]", "", key.lower()): value for key, value in row.items()}
    sub_category, meter = text(found.get("metersubcategory")) or "", text(found.get("metername")) or ""
    if not MODELS.search(f"{sub_category} {found.get('productname')} {found.get('metercategory')}"):
        return
    words = " ".join(SHORT.get(word, word) for word in meter.lower().split())
    quantity, unit = optional_amount(found.get("quantity"), "quantity"), text(found.get("unitofmeasure")) or ""
    if quantity is not None:
        quantity *= UNITS.get(unit.lower().split(" ")[0], 1)
    cost, list_price = (
        _first(found, "costinbillingcurrency", "cost", "pretaxcost"),
        found.get("paygcostinbillingcurrency"),
    )
    yield BilledCost(
        date=day(_first(found, "date", "usagedate", "usagedatetime"), "date"),
        provider="azure.ai.openai",
        model=KIND.sub("", meter).strip() or None,
        line_item=f"{sub_category}, {meter}".strip(", ") or "not described",
        amount=signed_amount(cost, "cost"),
        currency=(text(_first(found, "billingcurrency", "billingcurrencycode", "currency")) or "USD").upper(),
        source=NAME,
        token_class=token_class(words),
        quantity=quantity,
        list_amount=optional_amount(list_price, "paygCostInBillingCurrency"),
        amount_usd=optional_amount(found.get("costinusd"), "costInUsd"),
        service_tier="batch" if "batch" in words else None,
        account=text(_first(found, "subscriptionid", "subscriptionguid")),
    )


def _first(found: Mapping[str, object], *names: str) -> object:
    return next((found[name] for name in names if text(found.get(name)) is not None), None)
