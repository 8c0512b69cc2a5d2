"""Answer the executive questions, one a file."""
