-- The number of what is written next.
select nextval('parquet_numbers')
