"""Hold the estimate against what was billed: who differs, by how much, and why."""
