-- The model that did work of one group and size at the lowest cost a token, of those that served at least 20 such requests.
from work_rates
where kind = 'model' and requests >= 20 and micro_usd_rate is not null
qualify row_number() over (
    partition by requested_model, input_size, output_size order by micro_usd_rate, provider, model
) = 1
