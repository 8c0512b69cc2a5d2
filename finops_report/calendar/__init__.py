"""Settle which days a report covers and which it compares."""
