"""What can be asked of the ledger, over ports in memory."""
