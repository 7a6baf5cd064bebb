"""VAT numbers and the states that give them."""
