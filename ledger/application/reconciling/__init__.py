"""Holding a provider's report against the books."""
