"""Examples and given/when/then."""
