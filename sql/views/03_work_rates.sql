-- What work of one model group and one size costs a token and takes an output token, by who did it: a strategy, the strategies of one intent, or a model.
-- The doubts are the variances of both rates (ratio estimators: the residuals' variance over number and squared mean
-- length; Cochran, 'Sampling Techniques', 6.4); one request alone is given the square of its value for a variance.
-- Stretches of days are added up first: that leaves a fraction of the rows to be grouped in three ways.
with work as (
    select
        requested_model, input_size, output_size, strategy, provider, model,
        sum(requests) as requests,
        sum(cost_usd) as cost_usd,
        sum(priced_requests) as priced_requests,
        sum(priced_length) as priced_length,
        sum(micro_usd_squares) as micro_usd_squares,
        sum(micro_usd_lengths) as micro_usd_lengths,
        sum(length_squares) as length_squares,
        sum(latency_ms) as latency_ms,
        sum(timed_requests) as timed_requests,
        sum(timed_length) as timed_length,
        sum(ms_squares) as ms_squares,
        sum(ms_lengths) as ms_lengths,
        sum(answer_length_squares) as answer_length_squares
    from cubes.workload
    join calendar on calendar.slot_us = workload.stretch_us
    where in_period
    group by requested_model, input_size, output_size, strategy, provider, model
), sums as (
    select
        requested_model, input_size, output_size, intent, strategy, provider, model,
        case when grouping(intent) = 0 then 'intent' when grouping(strategy) = 0 then 'strategy' else 'model' end as kind,
        sum(work.requests) as requests,
        sum(cost_usd) as cost_usd,
        sum(priced_requests) as priced_requests,
        sum(priced_length) as priced_length,
        1000000 * cast(sum(cost_usd) as double) / nullif(sum(priced_length), 0) as micro_usd_rate,
        cast(sum(micro_usd_squares) as double) as micro_usd_squares,
        cast(sum(micro_usd_lengths) as double) as micro_usd_lengths,
        cast(sum(length_squares) as double) as length_squares,
        sum(latency_ms) as latency_ms,
        sum(timed_requests) as timed_requests,
        sum(timed_length) as timed_length,
        cast(sum(latency_ms) as double) / nullif(sum(timed_length), 0) as ms_rate,
        cast(sum(ms_squares) as double) as ms_squares,
        cast(sum(ms_lengths) as double) as ms_lengths,
        cast(sum(answer_length_squares) as double) as answer_length_squares
    from work
    join strategy_intent using (strategy)
    group by grouping sets (
        (requested_model, input_size, output_size, intent),
        (requested_model, input_size, output_size, strategy),
        (requested_model, input_size, output_size, provider, model)
    )
)
select
    kind, requested_model, input_size, output_size, intent, strategy, provider, model,
    requests,
    cost_usd, priced_requests, priced_length, micro_usd_rate,
    case when micro_usd_squares is null then null when priced_requests > 1
        then greatest(micro_usd_squares - 2 * micro_usd_rate * micro_usd_lengths + pow(micro_usd_rate, 2) * length_squares, 0)
            / (priced_requests - 1)
        else micro_usd_squares end * priced_requests / pow(nullif(priced_length, 0), 2) as micro_usd_doubt,
    latency_ms, timed_requests, timed_length, ms_rate,
    case when ms_squares is null then null when timed_requests > 1
        then greatest(ms_squares - 2 * ms_rate * ms_lengths + pow(ms_rate, 2) * answer_length_squares, 0)
            / (timed_requests - 1)
        else ms_squares end * timed_requests / pow(nullif(timed_length, 0), 2) as ms_doubt
from sums
