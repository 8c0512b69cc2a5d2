"""The parts of the page, one view a file."""
