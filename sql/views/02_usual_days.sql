-- What everybody, each provider, model and team spent on each recorded day of the history, and what was usual for that day: the level of the two weeks before it, times the weekday's usual part of that.
-- The level is the median of the days of two weeks, so that a few odd days do not move it and a new level counts as usual
-- after a week. A weekday's part is the median of spend over level of the same weekday in the eight weeks before. A name that
-- comes four weeks or more after the source began is new for a week: nothing was usual. Days without any request are not there.
with named as (
    select
        {
            dimension: case when grouping(team) = 0 then 'team' when grouping(model) = 0 then 'model'
                when grouping(provider) = 0 then 'provider' else 'total' end,
            provider: provider, model: model, team: team
        } as series,
        day,
        cast(coalesce(sum(cost_usd), 0) as double) as usd,
        sum(requests) as all_requests,
        sum(requests - unpriced_requests) as requests,
        sum(failed_requests) as failed_requests,
        coalesce(sum(input_tokens), 0) + coalesce(sum(output_tokens), 0) as tokens,
        sum(input_tokens) as input_tokens,
        sum(cache_read_input_tokens) as cached_tokens
    from cubes.rhythm
    join history_calendar using (slot_us)
    group by grouping sets (
        (divided_by, day), (divided_by, day, provider), (divided_by, day, provider, model), (divided_by, day, team)
    )
    having divided_by = case when grouping(team) = 0 then 'team' else 'model' end
), days as (
    select day, min(day) over () as first_day from named where series.dimension = 'total'
), names as (
    select series, min(day) as first_day
    from named
    where series.dimension <> 'team' or exists (select team from cubes.rhythm where team is not null)
    group by series
), grid as (
    select
        names.series, days.day, isodow(days.day) as weekday,
        days.day - names.first_day as age_days,
        names.first_day - days.first_day >= 28 and days.day - names.first_day < 7 as is_new,
        coalesce(usd, 0) as usd,
        cast(requests as double) as requests, failed_requests, tokens, input_tokens, cached_tokens
    from names
    join days on days.day >= names.first_day
    left join named on named.series = names.series and named.day = days.day
), levels as (
    select
        *,
        median(usd) over two_weeks as level_usd,
        count(*) over two_weeks as level_days,
        median(usd / nullif(requests, 0)) over two_weeks as usd_per_request,
        median(tokens / nullif(requests, 0)) over two_weeks as tokens_per_request,
        median(failed_requests / nullif(requests, 0)) over two_weeks as failed_share,
        median(cached_tokens / nullif(input_tokens, 0)) over two_weeks as cached_share
    from grid
    window two_weeks as (
        partition by series order by day range between interval 14 days preceding and interval 1 day preceding
    )
), parts as (
    select
        *,
        median(case when level_days >= 7 and level_usd > 0 then usd / level_usd end) over same_weekdays as weekday_part,
        median(usd) over same_weekdays as weekday_usd
    from levels
    window same_weekdays as (
        partition by series, weekday order by day range between interval 56 days preceding and interval 7 days preceding
    )
)
select
    *,
    case
        when is_new then 0
        when age_days < 21 or level_days < 7 then null
        else coalesce(case when level_usd > 0 then level_usd * weekday_part end, weekday_usd, 0)
    end as usual_usd
from parts
