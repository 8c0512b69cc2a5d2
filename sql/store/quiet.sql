-- Draw no progress bar: DuckDB draws one in programs without a file, as `python -c` and shells, between their own output.
set enable_progress_bar = false
