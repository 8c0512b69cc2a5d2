"""Deliver a built report to its readers."""
