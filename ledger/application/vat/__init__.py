"""Whether a VAT number is valid: what is asked of VIES, how often, and what is made of its silence."""
