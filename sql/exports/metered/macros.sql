-- How much of a meter some counts are: those of one request, or sums over requests of equal other units.
create macro other_count(others, units) as
    coalesce(list_sum(list_transform(units, lambda unit: coalesce(try_cast(others ->> ('/' || unit) as decimal(28, 6)), 0))), 0);
create macro meter_quantity(meter, input, output, reads, writes, hour_writes, reasoning, requests, others) as cast(
    cast(
        meter.of_input * input + meter.of_output * output + meter.of_reads * reads + meter.of_writes * writes
            + meter.of_hour_writes * hour_writes + meter.of_reasoning * reasoning + meter.of_requests * requests
        as decimal(28, 6)
    )
    + case when others is null then 0 else
        cast(requests as decimal(12, 0)) * cast(other_count(others, meter.added) - other_count(others, meter.taken) as decimal(20, 6))
    end
    as decimal(28, 6)
);
-- Whether the meters of a price come, all together, to exactly this cost: only then is it known which part of it each took.
create macro comes_to(quantities, meters, cost) as coalesce(
    list_min(quantities) >= 0 and list_max(quantities) > 0
        and list_sum(list_transform(list_zip(quantities, meters), lambda pair: pair[1] * pair[2].usd)) = cost,
    false
);
-- Those of the recorded tags that are asked for, as JSON; NULL if there is none of them.
create macro kept_tags(tags, keys) as nullif(cast(to_json(map_from_entries(list_filter(
    list_transform(keys, lambda key: {'k': key, 'v': tags ->> ('/' || replace(replace(key, '~', '~0'), '/', '~1'))}),
    lambda pair: pair.v is not null
))) as varchar), '{}');
