"""Bring a built report to its readers."""
