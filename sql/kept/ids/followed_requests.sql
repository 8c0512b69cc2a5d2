-- Requests with what tells whether a later row of the same id repeats one, or another provider took over.
select $part::bigint as part, id_hash(request_id) as id_hash, epoch_us, request_id, provider, output_tokens, failed
from requests
where epoch_us is not null
