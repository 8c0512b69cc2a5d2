-- What several views say in the same words; the engine reads this before any of them.

-- The sum of what meets a condition, as `side = 'old'` or `in_period`; nothing sums to 0.
create macro sum_if(amount, condition) as coalesce(sum(amount) filter (condition), 0);

-- A sum of costs: unknown (NULL) only if nothing has a known price, and 0 if there was nothing to price.
create macro known_cost(cost, unpriced) as case when unpriced = 0 then coalesce(cost, 0) else cost end;

-- The value of a histogram's bucket in milliseconds, at most 1 % from every value in it: 2 g^(b+1) / (g+1) (DDSketch).
create macro bucket_ms(bucket, ratio) as 2 * power(ratio, bucket + 1) / (ratio + 1);

-- The quantile of ordered values, each with the number of requests up to it and of all.
create macro at_quantile(quantile, amount, upto, total) as min(amount) filter (upto > quantile * (total - 1));

-- Which hours of a table of hours (day, hour_us, recorded, requests) have data, and which are missing: those without a request
-- although the source records in every hour, which is so if on at least half of its days no hour is empty. Of any other
-- source whole days are missing, not hours. A weekday on which it never records, in two weeks or more, is no gap.
create macro with_gaps(hours) as table
with days as (
    select
        day, isodow(day) as weekday,
        coalesce(sum(requests) filter (recorded), 0) > 0 as has_data,
        bool_or(recorded) as is_recorded,
        bool_and(recorded) as is_whole,
        bool_and(requests > 0) as is_full
    from query_table(hours)
    group by day
), habits as (
    select count(*) > 0 and 2 * count(*) filter (is_full) >= count(*) as in_every_hour
    from days
    where has_data and is_whole
), weekdays as (
    select weekday, count(*) > 1 and not bool_or(has_data) as is_free
    from days
    where is_recorded
    group by weekday
)
select
    those.*,
    coalesce(recorded and requests > 0, false) as has_data,
    coalesce(
        recorded and not weekdays.is_free
            and case when habits.in_every_hour then requests = 0 else not days.has_data end,
        false
    ) as is_missing
from query_table(hours) as those
cross join habits
left join days using (day)
left join weekdays using (weekday);

-- What a thousand, and a million, of something cost; `number` are those that `cost` is of.
create macro thousandfold(cost, number) as 1000 * cast(cost / nullif(number, 0) as double);
create macro millionfold(cost, number) as 1000000 * cast(cost / nullif(number, 0) as double);
