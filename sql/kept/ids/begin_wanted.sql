-- Make room for the ids that are looked up.
create or replace table wanted_ids (id_hash bigint)
