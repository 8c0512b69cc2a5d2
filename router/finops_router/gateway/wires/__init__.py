"""The wires that clients speak, one a file."""
