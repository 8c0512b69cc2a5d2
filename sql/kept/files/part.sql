-- The rows of the files of a part, with the number of the file among them and that of the row in the file.
select *, file_index, file_row_number
from read_parquet($files, union_by_name = $by_name, hive_partitioning = $partitioned, hive_types_autocast = false)
