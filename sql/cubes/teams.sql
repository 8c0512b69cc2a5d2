-- Spend and volume by team and project; NULL stays NULL, so that the unattributed part is shown as such.
select
    part, team, project,
    count(*) as requests,
    sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens,
    sum(cost_usd) as cost_usd,
    sum(case when cost_usd is null and failed = 0 then 1 else 0 end) as unpriced_requests
from (
    select
        case when epoch_us >= $new_us then 2 when epoch_us >= $old_us and epoch_us < $old_until_us then 1 else 0 end as part,
        team, project, input_tokens, output_tokens, cost_usd, failed
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us
) attributed
group by part, team, project
