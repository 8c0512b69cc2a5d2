"""Format numbers, dates and money for readers."""
