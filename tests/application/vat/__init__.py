"""What is made of what VIES says, and of its silence."""
