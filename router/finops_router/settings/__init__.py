"""Read finops.toml: one reader that knows every table."""
