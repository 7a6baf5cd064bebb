"""The payment ledger: the rules, what can be asked of it, and the hands that touch the world."""
