"""Choose who should answer a request."""
