-- An id as a number of 48 bits, which take a fraction of its text; DuckDB's version is part of the version of kept cubes.
create or replace macro id_hash(id) as cast(hash(id) >> 16 as bigint)
