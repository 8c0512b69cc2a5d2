-- What work of equal group and size cost above the cheapest model seen doing it at least 20 times, by the model that did it; the interval is half of the 95 % confidence interval of what the cheapest would have come to.
select
    'cheaper model' as kind, actual.provider, actual.model, cheapest.provider as to_provider, cheapest.model as to_model,
    sum(actual.requests) as requests,
    sum(actual.cost_usd) as cost_usd,
    sum(cast(greatest(actual.cost_usd - actual.priced_length * cheapest.micro_usd_rate / 1000000, 0) as decimal(38, 9)))
        as saving_usd,
    1.96 * sqrt(sum(try_cast(pow(actual.priced_length, 2) * cheapest.micro_usd_doubt as decimal(38, 6)))) / 1000000
        as interval_usd
from (from work_rates where kind = 'model' and cost_usd is not null) as actual
join cheapest_models as cheapest using (requested_model, input_size, output_size)
where (actual.provider, actual.model) <> (cheapest.provider, cheapest.model)
group by all
