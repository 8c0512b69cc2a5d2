"""Carry one call through its attempts to its end."""
