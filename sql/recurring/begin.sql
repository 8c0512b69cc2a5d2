-- Make room for the numbers that recur.
create table recurring_hashes (id_hash ubigint)
