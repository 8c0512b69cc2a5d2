"""Measure against a peer or a floor in the same run; print ratios, for machines differ and drift."""
