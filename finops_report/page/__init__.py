"""Print a report as one HTML file."""
