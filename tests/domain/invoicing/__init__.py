"""The arithmetic and the geography of tax, tested without anything around them."""
