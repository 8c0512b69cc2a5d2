"""Read what providers and clouds billed: one kind of bill a file, lines by UTC day."""
