"""Read rows straight from where another tool keeps them: its database, or its API."""
