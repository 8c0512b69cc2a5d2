"""Numbers and verdicts without words."""
