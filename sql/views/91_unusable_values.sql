-- Rows and values of the period that were set aside, by column and reason; rows without a usable time belong to every period.
select column_name, reason, cast(rows_set_aside as bigint) as rows_set_aside
from (
    select 'timestamp' as column_name, 'missing' as reason, sum(missing_timestamp) as rows_set_aside
    from unusable_in_period
    union all by name
    select 'timestamp' as column_name, 'not a usable time' as reason, sum(bad_timestamp) as rows_set_aside
    from unusable_in_period
    union all by name
    select 'timestamp' as column_name, 'in the future' as reason, sum(future_timestamp) as rows_set_aside
    from unusable_in_period
    union all by name
    select 'input_tokens' as column_name, 'negative or not a number' as reason, sum(bad_input_tokens) as rows_set_aside
    from unusable_in_period
    union all by name
    select 'output_tokens' as column_name, 'negative or not a number' as reason, sum(bad_output_tokens) as rows_set_aside
    from unusable_in_period
    union all by name
    select 'cost_estimated' as column_name, 'negative or not a number' as reason, sum(bad_cost_estimated) as rows_set_aside
    from unusable_in_period
    union all by name
    select 'cache_savings_estimated' as column_name, 'not a number, or more than the cost' as reason,
        sum(bad_cache_savings_estimated) as rows_set_aside
    from unusable_in_period
    union all by name
    select 'latency_ms' as column_name, 'negative or not a number' as reason, sum(bad_latency_ms) as rows_set_aside
    from unusable_in_period
)
where rows_set_aside > 0
order by column_name, reason
