"""Hold what is spent against budgets and bounds, for machines: a line each, and whether one is breached."""
