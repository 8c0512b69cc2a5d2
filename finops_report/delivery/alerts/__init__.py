"""Tell people that a budget passed a threshold: once, by mail or webhook."""
