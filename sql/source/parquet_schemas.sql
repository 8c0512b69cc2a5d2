-- Which files have the same columns of the same types: their signatures are equal. Only the ends of the files are read.
select
    file_name,
    string_agg(concat_ws(':', name, type, num_children, type_length, precision, scale, converted_type, logical_type), '|')
        as signature
from parquet_schema($files)
group by file_name
order by file_name
