"""Read what other tools recorded of requests: their names, their ways to count, their costs, as our records."""
