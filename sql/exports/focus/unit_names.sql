-- What a unit is called: its meter, what is consumed of it, and how much of it a price is for (`share_of_price` is one over that).
select
    unnest($unit::varchar[]) as unit,
    unnest($sku_meter::varchar[]) as sku_meter,
    unnest($consumed_unit::varchar[]) as consumed_unit,
    unnest($pricing_unit::varchar[]) as pricing_unit,
    cast(unnest($per::integer[]) as decimal(9, 0)) as per,
    cast(unnest($share_of_price::varchar[]) as decimal(7, 6)) as share_of_price,
    unnest($token_direction::varchar[]) as token_direction,
    unnest($cache_action::varchar[]) as cache_action
