"""One file a command; what each does is imported in its body, so that `--help` loads nothing of it."""
