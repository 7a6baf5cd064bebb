"""The one command, `ledger`."""
