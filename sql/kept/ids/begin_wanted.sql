-- Make room for the ids that are looked up, and for the rows of earlier parts that have such an id.
create or replace table wanted_ids (id_hash bigint);
create or replace table met (part bigint, at_row bigint, id_hash bigint)
