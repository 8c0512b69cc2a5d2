-- In DuckDB: let the bills that ClickHouse has sent be what is recorded.
insert into billed_costs by name select * from brought
