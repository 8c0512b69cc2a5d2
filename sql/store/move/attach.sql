-- Open the DuckDB file that rows are moved from; nothing in it is changed.
attach $path as source (read_only)
