"""Guardrails: plain functions that look at requests and answers, and what becomes of what they find."""
