"""Keep what several workers of a gateway share: keys and the ledger, in SQLite or in PostgreSQL."""
