-- Journal segments as rows: keys and types are those of finops_router/records.py, and a count no INTEGER holds is NULL.
create or replace temp table segment as
select make_timestamp(timestamp_us) as timestamp, try_cast(columns($counts) as integer), columns($others), filename
from read_json(
    $paths, format = 'newline_delimited', filename = true, maximum_object_size = $longest, columns = $columns
)
