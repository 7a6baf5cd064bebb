"""Verification: what an auditor checks of a journal, from its bytes to the documents people read."""
