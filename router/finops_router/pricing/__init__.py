"""Work out what a request costs and what a response used."""
