-- Remember a repricing under the next number.
insert into repricings
select
    $repricing, make_timestamp($at_us::bigint), $prices, $requests, $attempts,
    cast($before_usd::varchar as decimal(28, 12)), cast($after_usd::varchar as decimal(28, 12)), null
