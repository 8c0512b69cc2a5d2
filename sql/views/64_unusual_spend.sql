-- When spend was unlike its own history: each stretch once, by the narrowest name that explains it, with what changed; the steps add up exactly.
-- What one name gains and another loses is none: everybody's difference must be half of it. Of stretches that overlap, the one with the
-- largest difference stands for all. A name explains it if it has 70 % of that difference, and the others have at most half
-- of the share that they usually have of the whole; of those, the one whose share grew most is given, or else everybody.
-- What changed, each step at the usual cost of a request or of a token (the medians of the days of the two weeks before): the number of
-- requests; of those, the ones that failed beyond the usual share; tokens a request; the choice of models; price a token. If a model
-- or provider got requests that others lost, that is choice of models, too. Of a team, price is the models' own if theirs changed
-- by half as much, else choice of models.
with sums as (
    select
        stretches.series as found_by, direction, began_at, ended_at, strangeness, level_share,
        hours.series,
        bool_or(is_new) as is_new,
        count(*) as hours,
        sum(usd) as cost_usd,
        sum(usual_usd) as usual_usd,
        cast(sum(usd - usual_usd) as double) as excess_usd,
        sum(requests) as requests,
        sum(failed_requests) as failed_requests,
        sum(tokens) as tokens,
        sum(cached_tokens) / nullif(sum(input_tokens), 0) as cached_share
    from strange_stretches as stretches
    join usual_hours as hours on hour >= began_at and hour < ended_at
    where is_judged and usual_usd is not null
    group by all
), rated as (
    select
        sums.*,
        usd_per_request, tokens_per_request, failed_share, days.cached_share as usual_cached_share,
        case when not sums.is_new then sums.requests * usd_per_request - sums.usual_usd end as volume_usd,
        case when not sums.is_new then sums.usual_usd / nullif(usd_per_request, 0) end as usual_requests,
        case when not sums.is_new then cast(
            sums.cost_usd - sums.tokens * usd_per_request / nullif(tokens_per_request, 0) as decimal(38, 12)) end as price_usd
    from sums
    left join usual_days as days on days.series = sums.series and days.day = cast(began_at as date)
), found as (
    select own.*, everybody.usual_usd as everybodys_usd, everybody.volume_usd as everybodys_volume_usd
    from rated as own
    join rated as everybody using (found_by, direction, began_at)
    where own.series = own.found_by and everybody.series.dimension = 'total'
        and (own.is_new or 2 * direction * everybody.excess_usd >= direction * own.excess_usd)
), apart as (
    select
        *,
        began_at >= max(ended_at) over (
            partition by direction order by began_at, ended_at, series rows between unbounded preceding and 1 preceding
        ) as is_apart
    from found
), overlapping as (
    select
        *,
        count(*) filter (is_apart) over (
            partition by direction order by began_at, ended_at, series rows between unbounded preceding and current row
        ) as island
    from apart
), largest as (
    select *
    from overlapping
    qualify row_number() over (partition by direction, island order by round(abs(excess_usd), 6) desc, series) = 1
), shares as (
    select
        rated.*, largest.everybodys_volume_usd,
        rated.excess_usd / largest.excess_usd as excess_share,
        case when rated.series.dimension = 'total' then 1
            else coalesce(cast(rated.usual_usd as double) / nullif(cast(largest.everybodys_usd as double), 0), 0) end as usual_share
    from largest
    join rated using (found_by, direction, began_at)
), named as (
    select *
    from shares
    where series.dimension = 'total'
        or excess_share >= 0.7 and 1 - excess_share <= 0.5 * (1 - usual_share) and round(excess_share - usual_share, 6) > 0
    qualify row_number() over (
        partition by found_by, direction, began_at
        order by
            series.dimension = 'total', round(excess_share - usual_share, 6) desc, series.dimension <> 'model',
            series.dimension <> 'team', series
    ) = 1
), model_prices as (
    select named.found_by, named.direction, named.began_at, sum(models.price_usd) as usd
    from named
    join rated as models using (found_by, direction, began_at)
    where models.series.dimension = 'model' and (named.series.provider is null or models.series.provider = named.series.provider)
    group by all
), stepped as (
    select
        named.*,
        cast(coalesce(volume_usd, 0) as decimal(38, 12)) as all_requests_usd,
        cast(coalesce(direction * least(
            greatest(direction * usd_per_request * (failed_requests - failed_share * requests), 0), greatest(direction * volume_usd, 0)
        ), 0) as decimal(38, 12)) as failures_usd,
        cast(coalesce(usd_per_request * (tokens / nullif(tokens_per_request, 0) - requests), 0) as decimal(38, 12)) as tokens_usd,
        cast(coalesce(model_prices.usd, 0) as decimal(38, 12)) as models_prices_usd,
        series.provider is not null and 2 * direction * everybodys_volume_usd < direction * volume_usd as is_moved
    from named
    left join model_prices using (found_by, direction, began_at)
), rests as (
    select
        *,
        case when is_new then 0 else cost_usd - usual_usd - all_requests_usd - tokens_usd end as rest_usd
    from stepped
), parted as (
    select
        *,
        case
            when series.dimension = 'model' then rest_usd
            when series.dimension <> 'team' then case when is_new then 0 else models_prices_usd end
            when 2 * abs(models_prices_usd) >= abs(rest_usd) then rest_usd
            else 0
        end as price_step_usd,
        case when is_new then cost_usd - usual_usd when is_moved then 0 else all_requests_usd - failures_usd end as requests_step_usd,
        case when is_new or is_moved then 0 else failures_usd end as failures_step_usd,
        case when is_new then 0 else tokens_usd end as tokens_step_usd
    from rests
), steps as (
    select
        *,
        cost_usd - usual_usd - requests_step_usd - failures_step_usd - tokens_step_usd - price_step_usd as models_step_usd
    from parted
)
select
    began_at as started_at,
    ended_at,
    hours,
    series.dimension as dimension,
    series.provider as provider,
    series.model as model,
    series.team as team,
    case
        when is_new then 'new'
        when greatest(direction * requests_step_usd, direction * failures_step_usd, direction * tokens_step_usd,
            direction * models_step_usd) > direction * price_step_usd
        then case greatest(direction * requests_step_usd, direction * failures_step_usd, direction * tokens_step_usd,
                direction * models_step_usd)
            when direction * requests_step_usd then 'requests'
            when direction * failures_step_usd then 'failures'
            when direction * tokens_step_usd then 'tokens'
            else 'models'
        end
        when direction * (usual_cached_share - cached_share) >= 0.1 then 'caching'
        else 'price'
    end as cause,
    cost_usd,
    usual_usd,
    cost_usd - usual_usd as excess_usd,
    requests_step_usd as requests_usd,
    failures_step_usd as failures_usd,
    tokens_step_usd as tokens_usd,
    models_step_usd as models_usd,
    price_step_usd as price_usd,
    cast(requests as bigint) as requests,
    usual_requests,
    cast(failed_requests as bigint) as failed_requests,
    tokens / nullif(requests, 0) as tokens_per_request,
    case when not is_new then tokens_per_request end as usual_tokens_per_request,
    cached_share,
    case when not is_new then usual_cached_share end as usual_cached_share,
    strangeness,
    level_share
from steps
order by abs(cost_usd - usual_usd) desc, started_at, dimension, provider, model, team
