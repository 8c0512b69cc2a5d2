-- The rows of a table without a usable time.
create or replace temp table brought as from query_table($place) where timestamp is null or not isfinite(timestamp)
