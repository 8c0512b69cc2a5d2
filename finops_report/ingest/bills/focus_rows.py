"""Read cost data in the FOCUS format, whoever wrote it: the rows of AI and machine learning, others are passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from finops_router.ingest.billed import BilledCost, token_class
from finops_router.ingest.provider_names import provider_name
from finops_router.ingest.values import mapping, text

from finops_report.ingest.bills.values import day, optional_amount, signed_amount

NAME = "focus"
TELLING = (frozenset({"BilledCost", "ChargePeriodStart", "ServiceCategory", "BillingCurrency"}),)
CATEGORY = "AI and Machine Learning"
MODEL_KEYS = ("x_ModelId", "ModelId", "x_Model")
TOKENS = {"tokens": 1, "1000 tokens": 1_000, "1000000 tokens": 1_000_000}
STANDARD = "standard"


def costs_of(row: Mapping[str, object]) -> Iterable[BilledCost]:
    """Return the line of a row, none if it is of another category. Raises BadValueError."""
    if text(row.get("ServiceCategory")) != CATEGORY:
        return
    details = mapping(row.get("SkuPriceDetails"))
    model = next((said for key in MODEL_KEYS if (said := text(row.get(key)) or text(details.get(key)))), None)
    seller = text(row.get("x_ProviderId")) or text(row.get("ServiceProviderName")) or text(row.get("ProviderName"))
    meter = text(row.get("SkuMeter")) or text(row.get("ChargeDescription")) or "not described"
    tier = text(row.get("x_ServiceTier")) or text(details.get("x_ServiceTier"))
    quantity = optional_amount(row.get("ConsumedQuantity"), "ConsumedQuantity")
    if quantity is not None:
        quantity *= TOKENS.get((text(row.get("ConsumedUnit")) or "").lower(), 1)
    yield BilledCost(
        date=day(row.get("ChargePeriodStart"), "ChargePeriodStart"),
        provider=provider_name(seller, model) or "not recorded",
        model=model,
        line_item=text(row.get("ChargeDescription")) or meter,
        amount=signed_amount(row.get("BilledCost"), "BilledCost"),
        currency=(text(row.get("BillingCurrency")) or "USD").upper(),
        source=NAME,
        token_class=token_class(meter),
        quantity=quantity,
        list_amount=optional_amount(row.get("ListCost"), "ListCost"),
        service_tier=None if (tier or "").lower() == STANDARD else tier,
        account=text(row.get("BillingAccountId")),
    )
