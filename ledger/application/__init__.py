"""What can be asked of the ledger, and the ports through which it asks the world."""
