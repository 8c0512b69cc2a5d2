-- The ids of requests and answers that are looked for among those recorded.
create table if not exists finops_asked (request_id Nullable(String), response_id Nullable(String)) engine = Memory
