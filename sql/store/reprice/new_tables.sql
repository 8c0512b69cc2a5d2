-- What comes of pricing anew, filled row by row: of tries beside the own one of a request, and of requests.
create or replace temp table new_tries (
    row_number bigint, of_request bigint, cost double, cost_source varchar, is_changed boolean
);
create or replace temp table new_costs (
    row_number bigint, outcome varchar, own_cost double, own_source varchar, cost double, savings double,
    price_source varchar, cost_source varchar, unpriced_reason varchar
);
