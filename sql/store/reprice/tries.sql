-- The tries of the requests whose cost may be changed. `is_own` is the one that a request has its counts from: the last with them.
-- If an id is there twice, a try is of the request that began nearest before it.
create or replace temp table repricing_tries as
select
    * exclude (is_alike),
    is_alike and row_number() over (partition by of_request order by is_alike desc, attempt desc, row_number desc) = 1 as is_own
from (
    select
        attempts.rowid as row_number,
        scope.row_number as of_request,
        epoch_us(attempts.timestamp) as timestamp_us,
        attempts.* exclude (timestamp),
        attempts.provider is not distinct from scope.provider
            and attempts.model is not distinct from scope.model
            and attempts.input_tokens is not distinct from scope.input_tokens
            and attempts.output_tokens is not distinct from scope.output_tokens
            and attempts.outcome is distinct from 'skipped' as is_alike
    from attempts
    join repricing_scope as scope using (request_id)
    where scope.is_open and attempts.timestamp is not null
    qualify row_number() over (
        partition by attempts.rowid
        order by attempts.timestamp < make_timestamp(scope.timestamp_us), abs(epoch_us(attempts.timestamp) - scope.timestamp_us)
    ) = 1
)
