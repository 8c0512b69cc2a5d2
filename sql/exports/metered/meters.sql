-- The prices that were found, each as the list of its meters: what one of a unit costs, by the price in force and by the public list, and which counts make it up.
select
    price_id,
    list({
        'unit': unit, 'usd': usd, 'list_usd': list_usd, 'of_input': of_input, 'of_output': of_output, 'of_reads': of_reads,
        'of_writes': of_writes, 'of_hour_writes': of_hour_writes, 'of_reasoning': of_reasoning, 'of_requests': of_requests,
        'added': added, 'taken': taken
    } order by unit) as meters
from (
    select
        unnest($price_id::integer[]) as price_id,
        unnest($unit::varchar[]) as unit,
        cast(unnest($usd::varchar[]) as decimal(28, 15)) as usd,
        cast(unnest($list_usd::varchar[]) as decimal(28, 15)) as list_usd,
        unnest($of_input::tinyint[]) as of_input,
        unnest($of_output::tinyint[]) as of_output,
        unnest($of_reads::tinyint[]) as of_reads,
        unnest($of_writes::tinyint[]) as of_writes,
        unnest($of_hour_writes::tinyint[]) as of_hour_writes,
        unnest($of_reasoning::tinyint[]) as of_reasoning,
        unnest($of_requests::tinyint[]) as of_requests,
        unnest($added::varchar[][]) as added,
        unnest($taken::varchar[][]) as taken
) found
group by price_id
