"""The consumers: what follows from each event, and what happens when things go wrong."""
