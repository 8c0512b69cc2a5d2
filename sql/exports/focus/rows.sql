-- Meters as rows of FOCUS, with the columns of all versions that are written: exact quantities, prices and US dollars.
-- ListUnitPrice x PricingQuantity is ListCost in every row, and ContractedUnitPrice x PricingQuantity ContractedCost.
with priced as (
    select
        meter_rows.*,
        unit_names.* exclude (unit),
        cast(coalesce(quantity * share_of_price, cost_usd) as decimal(28, 12)) as pricing_quantity,
        cast(usd * per as decimal(28, 12)) as unit_price,
        cast(list_usd * per as decimal(28, 12)) as list_unit_price,
        concat_ws('/', provider, model, unit) as sku,
        nullif(concat_ws('/', service_tier, speed, inference_region), '') as served
    from meter_rows
    join unit_names using (unit)
)
select
    does_not_apply.*,
    cost_usd as "BilledCost",
    provider as "BillingAccountId",
    service_provider as "BillingAccountName",
    'Provider Account' as "BillingAccountType",
    'USD' as "BillingCurrency",
    billing_end as "BillingPeriodEnd",
    billing_start as "BillingPeriodStart",
    'Usage' as "ChargeCategory",
    concat_ws(', ', model, lower(sku_meter), served) as "ChargeDescription",
    'Usage-Based' as "ChargeFrequency",
    charge_end as "ChargePeriodEnd",
    charge_start as "ChargePeriodStart",
    consumed as "ConsumedQuantity",
    consumed_unit as "ConsumedUnit",
    cost_usd as "ContractedCost",
    unit_price as "ContractedUnitPrice",
    cost_usd as "EffectiveCost",
    service_provider as "HostProviderName",
    service_provider as "InvoiceIssuerName",
    list_cost_usd as "ListCost",
    list_unit_price as "ListUnitPrice",
    'Standard' as "PricingCategory",
    'USD' as "PricingCurrency",
    unit_price as "PricingCurrencyContractedUnitPrice",
    cost_usd as "PricingCurrencyEffectiveCost",
    list_unit_price as "PricingCurrencyListUnitPrice",
    pricing_quantity as "PricingQuantity",
    pricing_unit as "PricingUnit",
    service_provider as "ProviderName",
    service_provider as "PublisherName",
    'AI and Machine Learning' as "ServiceCategory",
    service as "ServiceName",
    service_provider as "ServiceProviderName",
    'Generative AI' as "ServiceSubcategory",
    sku as "SkuId",
    sku_meter as "SkuMeter",
    cast(json_merge_patch('{}', json_object(
        'x_ModelId', model, 'x_TokenDirection', token_direction, 'x_TokenCacheAction', cache_action,
        'x_ServiceTier', service_tier, 'x_Speed', speed, 'x_InferenceRegion', inference_region,
        'x_AboveInputTokens', case when above_tokens > 0 then above_tokens end
    )) as varchar) as "SkuPriceDetails",
    concat_ws('/', sku, served, case when above_tokens > 0 then 'above ' || above_tokens end)
        || '@' || rtrim(rtrim(cast(list_unit_price as varchar), '0'), '.') as "SkuPriceId",
    team as "SubAccountId",
    team as "SubAccountName",
    case when team is not null then 'Team' end as "SubAccountType",
    nullif(cast(json_merge_patch(
        json_merge_patch('{}', json_object('team', team, 'project', project, 'environment', environment)),
        coalesce(cast(tags as json), '{}')
    ) as varchar), '{}') as "Tags",
    cost_source as "x_CostSource",
    environment as "x_Environment",
    model as "x_ModelId",
    price_source as "x_PriceSource",
    project as "x_Project",
    provider as "x_ProviderId",
    requests as "x_RequestCount",
    service_tier as "x_ServiceTier",
    strategy as "x_Strategy"
from priced
join charge_days using (day_us)
join sellers using (provider)
cross join (
    select
        cast(null as varchar) as "AllocatedMethodDetails",
        cast(null as varchar) as "AllocatedMethodId",
        cast(null as varchar) as "AllocatedResourceId",
        cast(null as varchar) as "AllocatedResourceName",
        cast(null as varchar) as "AllocatedTags",
        cast(null as varchar) as "AvailabilityZone",
        cast(null as varchar) as "CapacityReservationId",
        cast(null as varchar) as "CapacityReservationStatus",
        cast(null as varchar) as "ChargeClass",
        cast(null as varchar) as "CommitmentDiscountCategory",
        cast(null as varchar) as "CommitmentDiscountId",
        cast(null as varchar) as "CommitmentDiscountName",
        cast(null as varchar) as "CommitmentDiscountStatus",
        cast(null as varchar) as "CommitmentDiscountType",
        cast(null as varchar) as "CommitmentDiscountUnit",
        cast(null as varchar) as "CommitmentProgramEligibilityDetails",
        cast(null as varchar) as "ContractApplied",
        cast(null as varchar) as "InvoiceDetailId",
        cast(null as varchar) as "InvoiceId",
        cast(null as varchar) as "RegionId",
        cast(null as varchar) as "RegionName",
        cast(null as varchar) as "ResourceId",
        cast(null as varchar) as "ResourceName",
        cast(null as varchar) as "ResourceType",
        cast(null as decimal(28, 12)) as "CommitmentDiscountQuantity"
) as does_not_apply
order by all
