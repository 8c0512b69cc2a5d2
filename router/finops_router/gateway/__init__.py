"""Serve the router over HTTP, in the wires that applications speak already."""
