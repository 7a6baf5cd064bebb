"""Whole stories, from the customer's request to what people read."""
