"""Let any application reach the router over HTTP, with keys, limits and budgets that hold across processes."""
