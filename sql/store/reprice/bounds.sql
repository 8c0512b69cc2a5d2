-- The first and the last row of the requests whose cost may be changed.
select min(row_number), max(row_number) from repricing_scope where is_open
