"""The tax of what is sold: tables of rules, and what ships of them."""
