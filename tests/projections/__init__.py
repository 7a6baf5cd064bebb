"""What people read is a fold of what happened."""
