-- The ids of requests and answers that are looked for among those recorded.
create temporary table if not exists asked (request_id text, response_id text) on commit drop;
truncate asked
