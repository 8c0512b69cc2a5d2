"""Object stores (s3://, gs://, az://): opened through fsspec, read by DuckDB in ranges, written by whole objects."""
