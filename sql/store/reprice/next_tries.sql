-- The tries beside the own ones, of a stretch of requests, that have a cost or could have one.
select row_number, of_request, timestamp_us, columns($fields)
from repricing_tries
where of_request between $first and $last and not is_own and input_tokens is not null
