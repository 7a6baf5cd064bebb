"""VAT numbers: how they are written, which states give them, and what is known of one."""
