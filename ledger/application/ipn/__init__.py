"""What providers tell us: whether a notification is authentic, and the events in it; pure and total on bytes."""
