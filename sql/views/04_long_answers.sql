-- What answers cost beyond four times the median length of their group and size of input: the least that their size allows, at the cost a token of such work.
with usual as (
    select requested_model, input_size, output_size as usual_size
    from (
        select
            requested_model, input_size, output_size,
            sum(requests) over (partition by requested_model, input_size order by output_size) as upto,
            sum(requests) over (partition by requested_model, input_size) as total
        from (
            select requested_model, input_size, output_size, sum(requests) as requests
            from work_rates where kind = 'model' group by all
        )
    )
    where total >= 20
    qualify row_number() over (partition by requested_model, input_size order by 2 * upto < total, output_size) = 1
)
select
    'long answers' as kind, provider, model, sum(requests) as requests, sum(cost_usd) as cost_usd,
    sum(cast(priced_requests * (pow(2, output_size) - pow(2, usual_size + 2)) * micro_usd_rate / 1000000
        as decimal(38, 9))) as saving_usd
from work_rates
join usual using (requested_model, input_size)
where kind = 'model' and output_size > usual_size + 2 and micro_usd_rate is not null
group by all
