"""Seeded lives of payments: the production code over the ports in memory, on a clock and with an order of our own."""
