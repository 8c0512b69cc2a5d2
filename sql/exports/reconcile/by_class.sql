-- Billed and estimated by UTC day, target and kind of tokens, as they are shown.
select
    day, provider_key, model_key, token_class,
    cast(billed_usd as decimal(38, 18)), cast(estimated_usd as decimal(38, 18)),
    case when is_billed then billed_quantity end,
    cast(estimated_quantity + unpriced_tokens as decimal(38, 6))
from classes
order by day, provider_key, model_key, token_class
