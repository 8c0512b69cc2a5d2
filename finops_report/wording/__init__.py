"""Put numbers, dates and money into words."""
