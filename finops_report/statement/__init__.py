"""Write statements: what each team or cost centre owes, adding up to the report."""
