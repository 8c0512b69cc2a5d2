"""Read finops.toml for both halves: one reader that knows every table, one file a table."""
