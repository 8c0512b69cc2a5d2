-- What could have been saved on which model's spend, the largest first: by a cheaper model on the same work, without dearer fallbacks and failed requests, with as much cached as the best team has, with long answers cut.
-- Several ways to save on the answers of one model save the same money: only the largest `is_counted`, so that these add up.
-- Requests that failed are no answers, so that theirs always is. The team is the one that spends most on the model.
with ranked as (
    select *, sum(saving_usd) over (partition by provider, model, kind) as of_kind_usd
    from ways_to_save
    where saving_usd > coalesce(interval_usd, 0)
), largest as (
    select provider, model, arg_max(kind, (of_kind_usd, kind)) as kind
    from ranked
    where kind <> 'failed requests'
    group by provider, model
), owners as (
    select provider, model, team
    from (select provider, model, team, sum(cost_usd) as cost_usd from model_users group by provider, model, team)
    qualify row_number() over (partition by provider, model order by cost_usd desc nulls last, team) = 1
)
select
    ranked.kind, ranked.provider, ranked.model, to_provider, to_model, owners.team,
    cast(requests as bigint) as requests,
    cost_usd,
    cast(saving_usd as double) as saving_usd,
    interval_usd,
    ranked.kind = 'failed requests' or coalesce(ranked.kind = largest.kind, false) as is_counted
from ranked
left join largest using (provider, model)
left join owners using (provider, model)
order by ranked.saving_usd desc, ranked.kind, ranked.provider, ranked.model, to_provider, to_model
