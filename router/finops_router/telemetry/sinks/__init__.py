"""Load sealed segments into a store, one kind of store a file."""
