"""A real S3 server on loopback, one a run, and what the tests put into it."""
