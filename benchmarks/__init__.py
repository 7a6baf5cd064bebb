"""What the ledger costs, each figure as a ratio to a control measured in the same run."""
