"""What people read: pure views folded from events, and the runner that keeps them."""
