-- Make room for what the ends of Parquet files say: the types of their columns, as DuckDB's version names them, and how many rows they have.
create table if not exists kept.main.kept_cubes_files (
    file_name varchar, print varchar, column_types varchar, row_count bigint, made_by varchar
)
