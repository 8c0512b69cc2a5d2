"""Serve requests over HTTP: what any application can point its client at."""
