"""Every port in memory, passing the same contracts as the real thing."""
