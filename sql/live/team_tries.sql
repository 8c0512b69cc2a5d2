-- The tries that a page of one team counts: those of its requests, which are looked for from `requests_since_us` on.
create temporary view live_tries as
select every_try.*
from every_try
semi join (
    select request_id
    from live_requests
    where timestamp >= make_timestamp(getvariable('requests_since_us'))
) using (request_id)
