"""The rules: aggregates, events and values, without clock, sockets or floats."""
