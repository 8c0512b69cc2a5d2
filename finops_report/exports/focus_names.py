"""Name what FOCUS has columns for: the columns of each version, meters and their units, and who sells a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finops_report.warehouse.metered import AMOUNT
from finops_report.wording.providers import provider_names

OF_BOTH = (
    *(
        "BilledCost",
        "BillingAccountId",
        "BillingAccountName",
        "BillingAccountType",
        "BillingCurrency",
        "BillingPeriodEnd",
    ),
    *("BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency"),
    *("ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost"),
    *("ContractedUnitPrice", "EffectiveCost", "InvoiceId", "InvoiceIssuerName", "ListCost", "ListUnitPrice"),
    *("PricingCategory", "PricingCurrency", "PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost"),
    *("PricingCurrencyListUnitPrice", "PricingQuantity", "PricingUnit", "ServiceCategory", "ServiceName"),
    *("ServiceSubcategory", "SkuId", "SkuMeter", "SkuPriceDetails", "SkuPriceId", "SubAccountId", "SubAccountName"),
    *("SubAccountType", "Tags"),
    # None of these applies to requests that are estimated: the columns are there, and empty.
    *("AvailabilityZone", "CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountCategory"),
    *("CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountQuantity"),
    *("CommitmentDiscountStatus", "CommitmentDiscountType", "CommitmentDiscountUnit", "RegionId", "RegionName"),
    *("ResourceId", "ResourceName", "ResourceType"),
)
SINCE_1_3 = (
    *("AllocatedMethodDetails", "AllocatedMethodId", "AllocatedResourceId", "AllocatedResourceName", "AllocatedTags"),
    *("CommitmentProgramEligibilityDetails", "ContractApplied", "HostProviderName", "InvoiceDetailId"),
    "ServiceProviderName",
)
OWN = (  # not in FOCUS: they stand after its columns
    *("x_CostSource", "x_Environment", "x_ModelId", "x_PriceSource", "x_Project", "x_ProviderId", "x_RequestCount"),
    *("x_ServiceTier", "x_Strategy"),
)
COLUMNS = {  # 1.4 has no ProviderName and PublisherName any more
    "1.4": (*sorted((*OF_BOTH, *SINCE_1_3)), *OWN),
    "1.2": (*sorted((*OF_BOTH, "ProviderName", "PublisherName")), *OWN),
}
MILLION = 1_000_000
SELLERS = {  # who sells what others have made, or under another name than its own
    "aws.bedrock": "AWS",
    "aws": "AWS",
    "sagemaker": "AWS",
    "azure": "Microsoft",
    "azure.ai.inference": "Microsoft",
    "azure.ai.openai": "Microsoft",
    "gcp.gemini": "Google",
    "gcp.gen_ai": "Google",
    "gcp.vertex_ai": "Google Cloud",
}
METERS = {
    "input_tokens": "Input Tokens",
    "output_tokens": "Output Tokens",
    "cache_read_tokens": "Cache Read Input Tokens",
    "cache_write_tokens": "Cache Write Input Tokens",
    "cache_write_1h_tokens": "Cache Write 1h Input Tokens",
    "output_reasoning_tokens": "Reasoning Output Tokens",
}
ACTIONS = {"input_tokens": "Uncached"}


@dataclass(frozen=True, slots=True)
class UnitName:
    """What FOCUS calls a unit; a price is for `per` of it, of which one is `share_of_price`."""

    unit: str
    sku_meter: str
    consumed_unit: str
    pricing_unit: str
    per: int
    share_of_price: str
    token_direction: str | None
    cache_action: str | None


@dataclass(frozen=True, slots=True)
class ProviderName:
    """Who sells and issues the invoice, and what the service is called."""

    provider: str
    service_provider: str
    service: str


def units(found: Iterable[str]) -> tuple[UnitName, ...]:
    """Return the names of units of the price list; AMOUNT is a cost of which no unit price is known."""
    return tuple(_unit(unit) for unit in found)


def providers(found: Sequence[str]) -> tuple[ProviderName, ...]:
    """Return the names of recorded providers."""
    names = provider_names(found)
    return tuple(ProviderName(one, SELLERS.get(one, names[one]), names[one]) for one in found)


def _unit(unit: str) -> UnitName:
    if unit == AMOUNT:
        return UnitName(unit, "Usage Without Unit Price", "Tokens", "USD", 1, "1", None, None)
    meter = METERS.get(unit, unit.replace("_", " ").title())
    if not unit.endswith("tokens"):
        counted = meter.rpartition(" ")[2]
        return UnitName(unit, meter, counted, counted, 1, "1", None, None)
    return UnitName(unit, meter, "Tokens", f"{MILLION} Tokens", MILLION, "0.000001", *_kind(unit))


def _kind(unit: str) -> tuple[str | None, str | None]:
    """Return the direction of a kind of tokens, and what a cache did with them."""
    if "write" in unit:
        return "Input", "Write"
    if unit.startswith("cache"):
        return "Input", "Read"
    if unit.startswith("output"):
        return "Output", None
    return ("Input", ACTIONS.get(unit)) if unit.startswith("input") else (None, None)
