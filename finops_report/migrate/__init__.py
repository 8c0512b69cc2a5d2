"""Write our settings from those of another router, and name what has no place in them."""
